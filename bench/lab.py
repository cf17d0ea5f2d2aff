"""The lab's speed against how its experiments are usually run: `python -m bench.lab [--json]`.

Seconds are processor seconds over all threads, so a second thread would earn nothing; neither side starts one.
The Gaussian: 1,000 chains over sufficient statistics against *one* chain that draws every item and refits, the way
the paper's published notebook does it (written here from its description; it draws from numpy's older generator, and
a row shows the newer one). Discrete: one generation of M draws
from 50,000 states, as one multinomial draw, against one categorical draw at a time (timed on a part, and scaled:
each draw costs the same) and against `Generator.choice` with all draws in one call.
Repeats of both sides are interleaved, so that a busy machine slows both; the pairs' ratios give low and high.
"""

from __future__ import annotations

from bisect import bisect

import numpy as np

from bench.measured import Measured, pairs, parser, show
from scapa.lab.engine import recur
from scapa.lab.gaussian import Summaries
from scapa.lab.regimes import parse

SIZES = (100, 500, 1_000, 10_000)
GENERATIONS, CHAINS, STATES, DRAWS = 1_000, 1_000, 50_000, 1_000_000
ONE_BY_ONE = 20_000


def rows(repeats: int = 5, generations: int = GENERATIONS, draws: int = DRAWS) -> list[Measured]:
    """Return every row of the bench."""
    published, modern = np.random.RandomState(1), np.random.default_rng(1)
    what = "Gaussian, 4 sizes x 1,000 generations: 1,000 chains v 1 raw chain"
    per_chain = pairs(what, lambda: many_chains(generations), lambda: one_chain(generations, published), repeats)
    newer = f"{what}, numpy's newer generator"
    one = f"discrete, 50k states, M = {draws:,}: v one categorical draw at a time"
    every = f"discrete, 50k states, M = {draws:,}: v choice with all draws in one call"
    p = np.arange(1, STATES + 1) ** -1.0
    p /= p.sum()
    rng = np.random.default_rng(0)
    return [
        per_chain,
        scaled(per_chain, CHAINS, "the same, a chain"),
        pairs(newer, lambda: many_chains(generations), lambda: one_chain(generations, modern), repeats),
        pairs(
            one, lambda: rng.multinomial(draws, p), lambda: one_at_a_time(p, ONE_BY_ONE), repeats, draws / ONE_BY_ONE
        ),
        pairs(every, lambda: rng.multinomial(draws, p), lambda: choice(p, draws, rng), repeats),
    ]


def many_chains(generations: int) -> None:
    """All 1,000 chains of every size, through the lab's own engine."""
    for size in SIZES:
        for _ in recur(Summaries(CHAINS, 0), parse("replace"), size, generations, np.random.default_rng(size)):
            pass


def one_chain(generations: int, rng: np.random.Generator | np.random.RandomState) -> None:
    """One chain of every size: draw all items, take their mean and standard deviation, and again."""
    for size in SIZES:
        mean, deviation = 0.0, 1.0
        for _ in range(generations):
            items = rng.normal(mean, deviation, size)
            mean, deviation = float(items.mean()), float(items.std())


def one_at_a_time(p: np.ndarray, draws: int) -> list[int]:
    """`draws` categorical draws, each a uniform number looked up in the cumulative distribution."""
    edges, uniform = np.cumsum(p).tolist(), np.random.default_rng(2).random
    counts = [0] * (len(p) + 1)
    for _ in range(draws):
        counts[bisect(edges, uniform())] += 1
    return counts


def choice(p: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """All draws in one vectorised call, then counted."""
    return np.bincount(rng.choice(len(p), draws, p=p), minlength=len(p))


def scaled(row: Measured, factor: int, name: str) -> Measured:
    """Return the row for one of the `factor` chains that ours ran."""
    ratio, low, high = (value * factor for value in (row.ratio, row.low, row.high))
    return Measured(name, row.ours / factor, row.peer, ratio, row.unit, low, high)


def main() -> None:
    options = parser(__doc__, repeats=5).parse_args()
    show(rows(options.repeats), as_json=options.json)


if __name__ == "__main__":
    main()
