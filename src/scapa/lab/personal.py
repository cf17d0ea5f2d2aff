"""The loop inside one person's archive: experiments set up from a release's own texts, with and without the guard.

Each year brings H human items and H·s/(1−s) machine ones at machine share s. Without a guard all of them enter the
next training set; with it only those machine items that the ledger misses do (1 − hit), and human items are lost at
its false-alarm rate. Give the rates that were *measured* on this corpus (`scapa.ledger`).

The stream is `archive`, because an archive forgets nothing. Under `filtered`, which keeps only the last year, the
sign reverses against the equal-human control: last year's machine text carries human text of all years before it,
and a bare loop keeps more rare words than the humans of one year alone. It must be shown only with that said.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scapa.lab.discrete import DiscreteConfig
from scapa.lab.gaussian import GaussianConfig
from scapa.lab.regimes import Regime
from scapa.lab.texts import log_sentence_lengths, word_counts

YEARS = 10
LEAST, MOST = 100, 100_000


def loop_regimes(share: float, hit: float, false_alarm: float) -> tuple[str, ...]:
    """Return the regimes to set side by side: `replace`, the worst case, then the archive, bare and guarded."""
    bare, guarded = (Regime("archive", share=share, hit=h, false_alarm=f) for h, f in [(0, 0), (hit, false_alarm)])
    return ("replace", str(bare), str(guarded))


def words_of(texts: Iterable[str], *, share: float, hit: float, false_alarm: float, **settings: Any) -> DiscreteConfig:
    """Return the discrete experiment over the texts' own words; M is a `YEARS`-th of them. Words are not kept.

    `settings` override any field of `DiscreteConfig`.
    """
    _, counts = word_counts(texts)
    chosen: dict[str, Any] = {
        "counts": counts,
        "sizes": (_a_year(int(counts.sum())),),
        "generations": YEARS,
        "chains": 20,
        "regimes": loop_regimes(share, hit, false_alarm),
        "arms": ("loop", "first", "control"),
    }
    return DiscreteConfig(**(chosen | settings))


def sentences_of(
    texts: Iterable[str], *, share: float, hit: float, false_alarm: float, **settings: Any
) -> GaussianConfig:
    """Return the Gaussian experiment over the logarithms of the texts' sentence lengths, likewise."""
    values = log_sentence_lengths(texts)
    chosen: dict[str, Any] = {
        "values": values,
        "sizes": (_a_year(len(values)),),
        "generations": YEARS,
        "chains": 200,
        "ddofs": (1,),
        "regimes": loop_regimes(share, hit, false_alarm),
        "arms": ("loop", "first", "control"),
    }
    return GaussianConfig(**(chosen | settings))


def _a_year(items: int) -> int:
    return max(LEAST, min(MOST, items // YEARS))
