"""Gauges: the eye is the original encoder's; classes are counted by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from scapa.lab.engine import Step
from scapa.lab.regimes import Intake
from scapa.lab.vae.gauges import SHOWN, Gauges, class_gauges
from scapa.lab.vae.images import Pictures
from scapa.lab.vae.network import Shape, Vae, evidence
from scapa.lab.vae.parting import parted
from scapa.measure.neighbours import overlap

SHAPE = Shape(8, 4, 3)
ONE = np.array([1])


@pytest.fixture
def gauges():
    labels = np.repeat(np.arange(4), 15)
    pixels = np.random.default_rng(1).random((60, 8, 8), dtype=np.float32) * (labels[:, None, None] + 1) / 4
    real = Pictures(pixels.astype(np.float32), labels)
    return Gauges(*parted(real, 0.5, np.random.default_rng(2)), 40, 5)


def step(model, first):
    return Step(3, model, Intake(ONE, ONE), first)


def a_model(seed):
    return Vae(SHAPE, seed).requires_grad_(False).eval()


def test_latents_are_read_by_the_original_encoder(gauges):
    model, first = a_model(1), a_model(2)
    made = gauges.pictures(model)
    seen, own = (encoder(made)[0].numpy().astype(float) for encoder in (first.encoder, model.encoder))
    found = gauges.measure(step(model, first))["latent_std"]
    assert found == pytest.approx(np.std(seen), rel=1e-6)
    assert abs(np.std(own) - np.std(seen)) > 0.01 * np.std(seen)
    assert gauges.measure(step(model, model))["latent_std"] == pytest.approx(np.std(own), rel=1e-6)


def test_every_generation_is_measured_on_the_same_latents(gauges):
    assert torch.equal(gauges.pictures(a_model(1)), gauges.pictures(a_model(1)))
    other = replace(gauges, seed=6)
    assert not torch.equal(other.pictures(a_model(1)), gauges.pictures(a_model(1)))


def test_variance_is_that_of_the_pictures(gauges):
    alike = a_model(1)
    alike.decoder.spread.weight.zero_()
    found = gauges.measure(step(alike, a_model(2)))
    assert found["variance"] == pytest.approx(0.0, abs=1e-6)
    assert found["recall"] == 0.0
    made = gauges.pictures(a_model(1)).numpy().astype(float)
    expected = made.var(axis=0).sum() / gauges.held.pixels.astype(float).var(axis=0).sum()
    assert gauges.measure(step(a_model(1), a_model(2)))["variance"] == pytest.approx(expected, rel=1e-4)


def test_loss_precision_and_recall_are_of_held_out_pictures_alone(gauges):
    """Of 30 held out all are used and as many made ones; other pictures to learn from change the classes only."""
    model, first = a_model(1), a_model(2)
    found = gauges.measure(step(model, first))
    held = torch.from_numpy(gauges.held.pixels)
    assert found["loss_real"] == evidence(model, held, torch.Generator().manual_seed(6))
    alike = overlap(gauges.held.pixels.reshape(30, 64), gauges.pictures(model).numpy()[:30].reshape(30, 64))
    assert (found["precision"], found["recall"]) == (alike.precision, alike.recall)
    assert found["foreign"] == 1 - found["precision"]
    other = replace(gauges, learnt=Pictures(gauges.learnt.pixels[::-1].copy(), gauges.learnt.labels))
    changed = {name for name, value in other.measure(step(model, first)).items() if value != found[name]}
    assert changed <= {"confidence", "class_entropy", "classes", "separation"}
    assert gauges.measure(step(model, first)) == found


@pytest.mark.parametrize(
    ("shares", "confidence", "bits", "classes", "separation"),
    [
        (np.eye(10), 1.0, 0.0, 10.0, 1.0),
        (np.full((10, 10), 0.1), 0.1, math.log2(10), 10.0, 0.0),
        (np.eye(10)[[3] * 10], 1.0, 0.0, 1.0, 0.0),  # one blur of one class keeps no classes apart
        (np.eye(10)[[1, 2]], 1.0, 0.0, 2.0, math.log10(2)),
        (
            np.array([[0.5, 0.5, 0, 0], [1.0, 0, 0, 0]]),
            0.75,
            0.5,
            math.exp(-0.75 * math.log(0.75) + 0.25 * math.log(4)),
            (-0.75 * math.log(0.75) + 0.25 * math.log(4) - 0.5 * math.log(2)) / math.log(4),
        ),
    ],
)
def test_classes_are_counted(shares, confidence, bits, classes, separation):
    found = class_gauges(shares)
    assert (found["confidence"], found["class_entropy"]) == pytest.approx((confidence, bits))
    assert (found["classes"], found["separation"]) == pytest.approx((classes, separation))


def test_tables_hold_the_latents_and_the_pictures(gauges):
    model = a_model(1)
    tables = gauges.tables(step(model, a_model(2)), "replace", "loop")
    assert sum(row["count"] for row in tables["histogram"]) == 40 * 3
    images = tables["images"]
    assert len(images) == SHOWN
    assert {(row["height"], row["width"], len(row["pixels"]), row["generation"]) for row in images} == {(8, 8, 64, 3)}
    grey = np.frombuffer(images[2]["pixels"], dtype=np.uint8).reshape(8, 8) / 255
    assert grey == pytest.approx(gauges.pictures(model)[2].numpy(), abs=1 / 500)
