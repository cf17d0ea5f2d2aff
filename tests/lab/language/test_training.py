"""The training loop: every block once a pass, the given model untouched, the seed decides."""

import numpy as np
import pytest
import torch

from scapa.errors import CheckFailed, UsageError
from scapa.lab.language.network import Shape
from scapa.lab.language.training import Course, order, token_losses, train

SHAPE = Shape(50, 32, 1, 2, 48)
BLOCKS = np.arange(40 * 16, dtype=np.int32).reshape(40, 16) % 50


def start():
    return SHAPE.fresh(torch.Generator().manual_seed(0))


def test_each_pass_takes_every_block_once():
    rows = list(order(10, Course(15, batch=4), np.random.default_rng(0)))
    taken = np.concatenate(rows)
    assert [len(row) for row in rows] == [4] * 15
    assert all(sorted(taken[at : at + 10]) == list(range(10)) for at in range(0, 60, 10))
    assert taken[:10].tolist() != taken[10:20].tolist()


def test_a_larger_set_is_seen_less_often_in_the_same_steps():
    taken = np.concatenate(list(order(1_000, Course(5, batch=8), np.random.default_rng(0))))
    assert len(set(taken.tolist())) == 40


def test_learning_lowers_the_loss_and_leaves_the_start_as_it_was():
    model, before = start(), start()
    trained = train(SHAPE, model, BLOCKS, Course(60, 8, 5e-3), torch.float32, np.random.default_rng(0))
    first, last = (token_losses(SHAPE, each, BLOCKS, torch.float32).mean() for each in (model, trained))
    assert first == pytest.approx(np.log(50), abs=0.2)
    assert last < first - 1
    assert all(torch.equal(model[name], before[name]) for name in model)


def test_the_seed_fixes_every_weight():
    first, again, other = (
        train(SHAPE, start(), BLOCKS, Course(5, 8), torch.bfloat16, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_the_rate_warms_up_and_comes_down():
    course = Course(100, rate=1.0)
    rates = [course.rate_at(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.2)
    assert max(rates) == 1.0
    assert rates[-1] == pytest.approx(0.1, abs=0.01)
    assert np.all(np.diff(rates[5:]) <= 0)


def test_no_blocks_and_infinite_losses_are_refused():
    with pytest.raises(UsageError):
        train(SHAPE, start(), BLOCKS[:0], Course(2), torch.float32, np.random.default_rng(0))
    broken = start()
    broken["norm"] = broken["norm"] * torch.inf
    with pytest.raises(CheckFailed):
        train(SHAPE, broken, BLOCKS, Course(2), torch.float32, np.random.default_rng(0))
