"""The plan: what shrinks, in which order, until the run fits its time."""

from dataclasses import replace

import pytest

from scapa.lab import preset
from scapa.lab.language.planning import MARGIN, Rates, fitted, plans, rates, seconds

LAPTOP = preset("language", "laptop")
MACHINE = Rates(27_000, 70_000, 25_000)


class Slowness:
    """A clock by which everything takes a second."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 1.0
        return self.now


def test_a_fast_machine_gets_what_was_asked_for():
    assert fitted(LAPTOP, Rates(1e9, 1e9, 1e9), 2) == LAPTOP


def test_the_laptop_preset_fits_ten_minutes_on_two_cores_at_the_rates_measured():
    plan = fitted(LAPTOP, MACHINE, 2)
    assert seconds(plan, MACHINE, 2) <= 600 * MARGIN
    assert (plan.generations, plan.replicates) == (10, 3)
    assert plan.size >= 0.5 * LAPTOP.size


@pytest.mark.parametrize("slowness", [1, 2, 4, 8])
def test_the_largest_plan_that_fits_is_taken(slowness):
    slow = Rates(*(rate / slowness for rate in (27_000, 70_000, 25_000)))
    every = list(plans(LAPTOP))
    chosen = every.index(fitted(LAPTOP, slow, 2))
    fits = [seconds(each, slow, 2) <= 600 * MARGIN for each in every]
    assert not any(fits[:chosen])
    assert fits[chosen] or chosen == len(every) - 1


def test_plans_only_shrink_and_keep_two_seeds_and_six_generations():
    costs = [seconds(plan, MACHINE, 2) for plan in plans(LAPTOP)]
    assert costs == sorted(costs, reverse=True)
    *_, least = plans(LAPTOP)
    assert (least.replicates, least.generations, least.size) == (2, 6, 160)
    *_, small = plans(replace(LAPTOP, replicates=1, generations=3))
    assert (small.replicates, small.generations) == (1, 3)


def test_machine_blocks_cost_their_writing():
    one = replace(LAPTOP, regimes=("replace",), controls=(), replicates=1, base_steps=0)
    machine = 9 * one.size * one.block / MACHINE.write
    control = replace(one, regimes=(), controls=("replace",))
    assert seconds(one, MACHINE, 1) - seconds(control, MACHINE, 1) == pytest.approx(machine)


def test_passes_over_whole_sets_cost_what_is_kept():
    kept = replace(LAPTOP, regimes=("accumulate",), controls=(), replicates=1, base_steps=0, whole=True)
    bare = replace(kept, whole=False)
    one = LAPTOP.epochs * LAPTOP.size * LAPTOP.block / MACHINE.train
    assert seconds(kept, MACHINE, 1) - seconds(bare, MACHINE, 1) == pytest.approx(45 * one)


def test_rates_are_tokens_over_time():
    config = preset("language", "smoke")

    class Idle:
        def learn(self, blocks, course, rng):
            return {}

        def losses(self, model, blocks):
            return blocks

        def write(self, model, prompts, length, decoding, rng):
            return prompts

    found = rates(config, Idle(), Slowness())
    assert found == Rates(4 * 16 * 64, 64 * 64, 128 * 64)
