"""Pictures held out: a random share, never learnt from; and the loss of a decoder that knows nothing but a mean."""

import numpy as np
import pytest
import torch

from scapa.errors import UsageError
from scapa.lab import preset
from scapa.lab.desk import Desk
from scapa.lab.vae import VaeConfig
from scapa.lab.vae.gauges import Gauges
from scapa.lab.vae.images import Pictures, load
from scapa.lab.vae.network import Shape
from scapa.lab.vae.parting import parted, useless_loss
from scapa.lab.vae.subject import Autoencoders


def numbered(count=140):
    return Pictures(np.arange(count, dtype=np.float32)[:, None, None] * np.ones((4, 4), np.float32), np.arange(count))


def test_a_share_is_held_out_at_random_and_nothing_is_lost():
    learnt, held = parted(numbered(), 1 / 7, np.random.default_rng(1))
    assert (len(learnt.pixels), len(held.pixels)) == (120, 20)
    assert sorted([*learnt.labels, *held.labels]) == list(range(140))
    for part in (learnt, held):
        assert np.array_equal(part.pixels[:, 0, 0], part.labels)
        assert sorted(part.labels) != part.labels.tolist()
    again, other = (parted(numbered(), 1 / 7, np.random.default_rng(seed))[1] for seed in (1, 2))
    assert np.array_equal(again.labels, held.labels)
    assert not np.array_equal(other.labels, held.labels)


@pytest.mark.parametrize(("count", "share"), [(100, 1 / 7), (25, 1.0), (30, 0.0)])
def test_too_few_on_either_side_are_refused(count, share):
    with pytest.raises(UsageError, match="held out"):
        parted(numbered(count), share, np.random.default_rng(0))


def test_the_loss_of_knowing_a_mean_is_torchs_cross_entropy():
    rng = np.random.default_rng(3)
    learnt, held = (rng.random((n, 5, 5), dtype=np.float32) for n in (50, 9))
    mean = torch.from_numpy((learnt.sum(axis=0) + 0.5) / 51).expand(9, 5, 5)
    wanted = torch.nn.functional.binary_cross_entropy(mean, torch.from_numpy(held), reduction="sum").item() / 9
    assert useless_loss(learnt, held) == pytest.approx(wanted, rel=1e-5)


def test_a_pixel_that_was_always_black_may_be_white_at_a_finite_price():
    black, white = np.zeros((9, 1, 1), np.float32), np.ones((2, 1, 1), np.float32)
    assert useless_loss(black, white) == pytest.approx(np.log(20))
    assert useless_loss(black, black) == pytest.approx(-np.log(0.95))


def test_no_generation_learns_from_what_is_held_out(monkeypatch):
    config = VaeConfig(size=40, generations=1, replicates=1, capacity=2, epochs=1, batch=20, measured=20, held_out=0.2)
    seen, judged = [], []
    honest, measure = Autoencoders.__init__, Gauges.measure

    def spied(self, pixels, *rest, **options):
        seen.append(pixels)
        honest(self, pixels, *rest, **options)

    monkeypatch.setattr(Autoencoders, "__init__", spied)
    monkeypatch.setattr(Gauges, "measure", lambda self, step: judged.append(self.held) or measure(self, step))
    for task in config.tasks()[:2]:
        config.compute(task, Desk())
    _, held = config.parts()
    assert len(held.pixels) == round(0.2 * 1_797)
    real = {picture.tobytes() for picture in load("digits").pixels}
    assert len(real) == 1_797  # no picture is there twice, so that held out means unseen
    assert [np.array_equal(part.pixels, held.pixels) for part in judged] == [True, True]
    for pixels in seen:
        assert {picture.tobytes() for picture in pixels} == real - {picture.tobytes() for picture in held.pixels}


def test_the_parts_are_the_runs_and_presets_have_enough_to_measure():
    assert np.array_equal(VaeConfig().parts()[1].labels, VaeConfig(measured=50).parts()[1].labels)
    assert not np.array_equal(VaeConfig().parts()[1].labels, VaeConfig(seed=2).parts()[1].labels)
    learnt, held = preset("vae", "laptop").parts()
    assert len(learnt.pixels) == preset("vae", "laptop").size
    assert len(held.pixels) == 257
    assert preset("vae", "smoke").measured <= 257


def test_knowing_nothing_is_worse_than_a_trained_network_and_better_than_an_untrained_one():
    config = VaeConfig(measured=100)
    learnt, held = config.parts()
    assert config.useless_risk == useless_loss(learnt.pixels, held.pixels[:100])
    task = VaeConfig(size=400, generations=1, replicates=1, capacity=8, epochs=10, batch=20).tasks()[0]
    trained = VaeConfig(size=400, generations=1, replicates=1, capacity=8, epochs=10, batch=20).compute(task, Desk())
    (loss,) = (row.mean for row in trained.rows if row.measure == "loss_real")
    assert loss < 0.95 * config.useless_risk < 0.95 * Shape(8).side ** 2 * np.log(2)
