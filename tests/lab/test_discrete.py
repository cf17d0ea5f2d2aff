"""The discrete experiment against exact laws, and what the guard is for."""

import numpy as np
import pytest
from closed_forms import accumulate_lost, mix_limit

from scapa.errors import UsageError
from scapa.lab import perform, read_run
from scapa.lab.discrete import Categories, DiscreteConfig, Gauges, line_found
from scapa.lab.oracles import discrete as states
from scapa.lab.regimes import parse
from scapa.lab.verdict import Line

COUNTS = np.array([60, 30, 12, 6, 4, 3, 2, 2, 1, 1, 1, 1, 1, 0, 0])
P = COUNTS[:13] / COUNTS.sum()
H0 = 1 - (P**2).sum()


def _rows(regime, *, arm="loop", size=40, generations=6, chains=3000, seed=2, **options):
    config = DiscreteConfig(
        sizes=(size,), generations=generations, chains=chains, seed=seed, points=2, counts=COUNTS, **options
    )
    rows = line_found(config, Line(regime, arm, size)).rows
    return {row.measure: row for row in rows if row.generation == generations}


def _z(row, expected):
    return (row.mean - expected) / row.error


def test_gauges_of_counts_by_hand():
    gauges = Gauges.of(np.array([0.5, 0.3, 0.1, 0.06, 0.04]), 0.1)
    assert gauges.tail.tolist() == [4, 3]
    found = {k: float(v[0]) for k, v in gauges.measure(np.array([[6, 3, 0, 0, 1]]), 10).items()}
    p = np.array([0.6, 0.3, 0.1])
    assert found["support"] == 3
    assert found["heterozygosity"] == pytest.approx(1 - 0.46)
    assert found["drift"] == pytest.approx((0.1**2 + 0 + 0.1**2 + 0.06**2 + 0.06**2) / (1 - 0.3552))
    assert found["entropy"] == pytest.approx(-(p * np.log(p)).sum())
    assert found["tv"] == pytest.approx(0.16)
    assert found["kl"] == pytest.approx(0.6 * np.log(1.2) + 0.1 * np.log(0.1 / 0.04))
    assert found["tail_mass"] == pytest.approx(1.0)
    assert found["tail_kept"] == pytest.approx(0.4)
    assert found["missing_mass"] == pytest.approx(0.1)
    assert found["richness"] == pytest.approx((1 - (1 - p) ** 10).sum())


def test_a_flat_distribution_still_has_a_tail():
    assert Gauges.of(np.full(4, 0.25), 0.05).tail.tolist() == [0]


def test_replace_loses_heterozygosity_by_r_to_the_n_and_keeps_the_mean_tail():
    rows, r = _rows("replace"), (1 - 1 / 40) ** 6
    assert abs(_z(rows["heterozygosity"], H0 * r)) < 5
    assert abs(_z(rows["drift"], 1 - r)) < 5
    assert abs(_z(rows["tail_mass"], 1.0)) < 5
    assert rows["tail_kept"].mean < 0.2


def test_the_variance_of_each_state_is_wrights():
    from scapa.lab.engine import recur

    *_, last = recur(Categories(6_000, P), parse("replace"), 40, 5, np.random.default_rng(0))
    share = last.model / 40
    squares = (share - P) ** 2
    z = (squares.mean(axis=0) - P * (1 - P) * (1 - (1 - 1 / 40) ** 5)) / (squares.std(axis=0) / np.sqrt(6_000))
    assert np.abs(z).max() < 5


def test_the_first_generation_keeps_the_expected_support():
    rows = _rows("replace", generations=1)
    assert abs(_z(rows["support"], states.support_after_one(P, 40))) < 5
    assert rows["support"].theory == pytest.approx(states.support_after_one(P, 40))
    assert abs(_z(rows["missing_mass"], (P * (1 - P) ** 39).sum())) < 5


@pytest.mark.parametrize(
    ("regime", "lost"),
    [
        ("accumulate", accumulate_lost(40, 6)),
        ("accumulate-subsample", None),
        ("mix:0.1", mix_limit(40, 0.1, independent=False)),
        ("mix:0.1,independent", mix_limit(40, 0.1, independent=True)),
        ("fresh:40", (1 / 80 / (1 - 39 / 160), None)),
    ],
)
def test_every_regime_holds_its_closed_law(regime, lost):
    if regime == "fresh:40":  # a = (m²−m)/N² from generation 2 on, after a first fit on 40
        limit, a = lost[0], 39 / 160
        lost = limit + (1 / 40 - limit) * a**5
    elif isinstance(lost, tuple):
        lost = lost[0] * (1 - lost[1] ** 6)
    rows = _rows(regime)
    lost = lost or rows["drift"].theory
    assert abs(_z(rows["heterozygosity"], H0 * (1 - lost))) < 5
    assert abs(_z(rows["drift"], lost)) < 5
    assert rows["drift"].theory == pytest.approx(lost, rel=0.02 if "independent" in regime else 1e-9)


def test_the_clean_model_arm_dilutes_and_does_not_recurse():
    loop, first, control = (
        _rows("archive:0.8", arm=arm, generations=10)["drift"] for arm in ("loop", "first", "control")
    )
    assert abs(_z(first, first.theory)) < 5
    assert abs(_z(loop, loop.theory)) < 5
    assert abs(_z(control, 1 / 400)) < 5
    assert control.mean < min(first.mean, loop.mean) / 2


def test_the_guard_brings_the_archive_back_to_the_human_only_control():
    bare, guarded = (_rows(text, generations=10) for text in ("archive:0.8", "archive:0.8,0.98,0.001"))
    control = _rows("archive:0.8", arm="control", generations=10)
    assert bare["tv"].mean > 1.4 * control["tv"].mean
    assert guarded["tv"].mean == pytest.approx(control["tv"].mean, rel=0.05)
    assert abs(_z(guarded["drift"], guarded["drift"].theory)) < 5


def test_tails_go_first():
    p = np.array([0.5, 0.3, 0.15, 0.04, 0.01])
    drawn = Categories(5000, p).real(np.full(5000, 50), np.random.default_rng(1))
    seen = (drawn > 0).mean(axis=0)
    assert (np.diff(seen) <= 0).all()
    assert seen[4] == pytest.approx(1 - 0.99**50, abs=0.04)


def test_temperature_sharpens_as_theory_says_when_data_are_plenty():
    p = np.array([0.4, 0.3, 0.2, 0.1])
    counts = np.tile((p * 10**9).astype(np.int64), (2, 1))
    drawn = Categories(2, p).sample(counts, np.full(2, 10**9), 0.5, np.random.default_rng(2))
    assert drawn[0] / 10**9 == pytest.approx(states.temperature_limit(p, 0.5, 1), abs=1e-4)


def test_the_end_as_one_state_is_measured_exactly():
    gauges = Gauges.of(P, 0.1)
    found = gauges.measure(np.array([[0, 0, 40] + [0] * 10]), 40)
    assert found["entropy"][0] == pytest.approx(0.0, abs=1e-12)
    assert found["kl"][0] == pytest.approx(-np.log(P[2]))


def test_a_model_that_knows_only_the_states_has_them_all_alike():
    config = DiscreteConfig(counts=np.array([6, 3, 1, 0]))
    assert config.useless_risk == pytest.approx((0.6 - 1 / 3) / 2 + (1 / 3 - 0.3) / 2 + (1 / 3 - 0.1) / 2)


def test_dead_states_stay_dead():
    subject, rng = Categories(50, P), np.random.default_rng(3)
    items = subject.real(np.full(50, 30), rng)
    for _ in range(5):
        after = subject.sample(items, np.full(50, 10_000), 1.0, rng)
        assert not after[items == 0].any()
        assert (after.sum(axis=1) == 10_000).all()
        items = after


def test_a_subset_is_drawn_without_replacement():
    items = np.random.default_rng(4).multinomial(100, P, size=3000)
    thinned = Categories(3000, P).subset(items, 60, np.random.default_rng(5))
    assert (thinned <= items).all()
    assert (thinned.sum(axis=1) == 60).all()
    wanted = 100 * P * 0.6
    error = thinned.std(axis=0) / np.sqrt(3000)
    assert (np.abs(thinned.mean(axis=0) - wanted) < 5 * error).all()


def test_a_run_checks_itself_is_repeatable_and_keeps_no_words(tmp_path):
    config = DiscreteConfig(
        sizes=(100,),
        generations=8,
        chains=300,
        counts=COUNTS,
        arms=("loop", "first", "control"),
        regimes=("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:9", "archive:0.6,0.9,0.01"),
    )
    run = perform(config, tmp_path / "a")
    assert [check for check in run.checks if not check.passed] == []
    assert any(check.name.endswith("at least") for check in run.checks)
    assert perform(config, tmp_path / "b").digest == run.digest
    assert read_run(run.folder) == run
    assert run.config["settings"]["counts"]["length"] == len(COUNTS)
    assert set(run.summary()) == {"experiment", "preset", "generations", "checks", "plan", "run"}


@pytest.mark.parametrize("options", [{"chains": 1}, {"sizes": ()}, {"counts": np.array([5, 0])}, {"states": 1}])
def test_settings_that_cannot_be_are_refused(options, tmp_path):
    with pytest.raises(UsageError):
        perform(DiscreteConfig(**options), tmp_path)
