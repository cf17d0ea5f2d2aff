"""The forecast of a line's rare words, made of its first training set alone, beside what its models then wrote.

The forecast knows frequencies and nothing else: neither the base that every generation starts from nor the real prompts
that it goes on from. A transformer invents words, too, so that words written once and different words say nothing;
and it has a level of its own. So what is compared is rare-word coverage, as a share of generation 1's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scapa.errors import UsageError
from scapa.lab.desk import Task
from scapa.lab.engine import stream
from scapa.lab.forecast.comparison import bands, forecaster, rows_of
from scapa.lab.forecast.predicting import Band
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.stage import Stage, decoding
from scapa.lab.ngram.corpus import numbered
from scapa.lab.regimes import parse
from scapa.store.run import Row

if TYPE_CHECKING:
    from scapa.lab.language import LanguageConfig

CHANGE = "rare_change"
"""Rare-word coverage as a share of generation 1's."""


def forecast(config: LanguageConfig, task: Task, stage: Stage, written: int, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the observed `CHANGE` of a line and its forecast for texts of `written` words, generation 2 onwards.

    Nothing where there is no exact law (a decoding that is no honest sample) or where a generation has too few words.
    """
    line, regime = task.line, parse(task.line.regime)
    if decoding(config) != Decoding() or (regime.bias != 1 and line.arm != "control"):
        return
    # All lines of a seed begin with this draw (see `LanguageConfig.compute`).
    rng = stream(config.seed, "language", task.replicate)
    first = stage.subject(config, regime).real(np.array([line.size]), rng)
    spoken, ends = numbered([stage.tokens.decode(block) for block in first])
    try:
        ahead = forecaster(spoken, config.generations, written)
        in_words = replace(regime, fresh=round(regime.fresh * len(spoken) / len(first)))
        measured = bands(ahead, spoken, ends, (in_words, line.arm), rng)
    except UsageError:
        return
    seen = [row for row in rows if (row.regime, row.arm, row.measure) == (line.regime, line.arm, "rare_coverage")]
    seen = [row for row in seen if math.isfinite(row.mean)]  # a text may be too short to be measured
    told = [*rows_of(line, {CHANGE: _change(measured["rare_coverage"])})]
    told += [line.row(row.generation, CHANGE, [row.mean / seen[0].mean]) for row in seen]
    yield from (row for row in told if row.generation > 1)


def _change(band: Band) -> Band:
    """Return a band as a share of its first generation, whose own doubt is added."""
    change = band.value / band.value[0]
    doubt = [change * np.hypot(end / band.value - 1, end[0] / band.value[0] - 1) for end in (band.low, band.high)]
    return Band(change, change - doubt[0], change + doubt[1])
