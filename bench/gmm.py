"""Mixtures in a loop against scikit-learn: `python -m bench.gmm [--json] [--repeats N] [--points 1000]`.

Processor milliseconds a generation and chain. The peer is the loop as it is usually run: scikit-learn's
`GaussianMixture(2)`, full covariances, one chain at a time, with the same tolerance and regulariser. Twice: a fit
from an equal, given start (the parameters that come out are equal to 1e-6, as tests/lab/test_gmm_fit.py shows); and a
whole generation, start by k-means, fit and sample, where only the law is equal. Both set-ups, and two tolerances:
scikit-learn's default and the one in the paper's notebook. Then how the cost of a generation grows with the number of
chains, and the peak memory of what one generation allocates. Both sides have one thread. Repeats are interleaved, so
that a busy machine slows both; the pairs' ratios give low and high.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from bench.measured import Measured, interleaved, parser, show
from scapa.lab.gmm import kmeans
from scapa.lab.gmm.em import Law, fit
from scapa.lab.gmm.experiment import GmmConfig
from scapa.lab.gmm.mixture import Mixture
from scapa.lab.gmm.points import Points

CHAINS, PEERS = 100, 10
GROWTH = (1, 10, 100, 1_000)
TOLERANCES = {"scikit-learn's": 1e-3, "the notebook's": 1e-5}


@dataclass(frozen=True, slots=True)
class Bout:
    """One comparison: points of every chain, a start that is given, and the law of EM."""

    points: Points
    begin: Mixture
    law: Law

    @classmethod
    def of(cls, set_up: str, chains: int, size: int, tolerance: float) -> Bout:
        rng = np.random.default_rng(chains)
        truth = GmmConfig().truth(set_up, chains)
        begin = Mixture.alike(chains, np.array([[-1.0, 0.0], [1.0, 0.0]]))
        return cls(truth.sample(np.full(chains, size), rng), begin, Law(tolerance, most=2_000))

    def fit(self) -> None:
        fit(self.points, self.begin, self.law)

    def generation(self) -> None:
        rng = np.random.default_rng(0)
        begin = kmeans.start(self.points, self.law.regulariser, rng)
        fit(self.points, begin, self.law).mixture.sample(self.points.sizes, rng)

    def peer_fits(self) -> None:
        precisions = np.linalg.inv(self.begin.covariances[0])
        for chain in range(self.peers):
            self._peer(
                weights_init=self.begin.weights[0], means_init=self.begin.means[0], precisions_init=precisions
            ).fit(self.points.of(chain).T)

    def peer_generations(self) -> None:
        for chain in range(self.peers):
            self._peer(random_state=chain).fit(self.points.of(chain).T).sample(int(self.points.sizes[chain]))

    @property
    def peers(self) -> int:
        return min(PEERS, len(self.points.sizes))

    def _peer(self, **given: Any) -> GaussianMixture:
        return GaussianMixture(
            2, tol=self.law.tolerance, max_iter=self.law.most, reg_covar=self.law.regulariser, **given
        )


def rows(repeats: int, size: int) -> list[Measured]:
    """Return every row of the bench."""
    found = []
    for set_up in ("two", "blob"):
        for whose, tolerance in TOLERANCES.items():
            bout, law = Bout.of(set_up, CHAINS, size, tolerance), f"{whose} tolerance, N = {size:,}"
            found += [
                compared(f"{set_up}: fit from a given start, {law}", bout, bout.fit, bout.peer_fits, repeats),
                compared(f"{set_up}: generation, {law}", bout, bout.generation, bout.peer_generations, repeats),
            ]
    for chains in GROWTH:
        bout = Bout.of("two", chains, size, 1e-3)
        name = f"two: generation of {chains:,} chains at once"
        found.append(compared(name, bout, bout.generation, bout.peer_generations, repeats))
    bout = Bout.of("two", CHAINS, size, 1e-3)
    ours, peer = peak(bout.generation), peak(Bout.of("two", 1, size, 1e-3).peer_generations)
    found.append(Measured.of(f"two: peak memory of a generation, {CHAINS} chains v one", [ours], [peer], "MB"))
    return found


def compared(name: str, bout: Bout, ours: Callable[[], object], peer: Callable[[], object], repeats: int) -> Measured:
    """Return milliseconds a chain of both sides."""
    taken = interleaved({"ours": ours, "peer": peer}, repeats)
    mine = [1e3 * spent / len(bout.points.sizes) for spent in taken["ours"]]
    return Measured.of(name, mine, [1e3 * spent / bout.peers for spent in taken["peer"]], "ms")


def peak(work: Callable[[], object]) -> float:
    """Return the most megabytes that `work` held at once beyond what was there."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main() -> None:
    options = parser(__doc__, repeats=5)
    options.add_argument("--points", type=int, default=1_000)
    chosen = options.parse_args()
    with threadpool_limits(1):
        found = rows(chosen.repeats, chosen.points)
    show(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
