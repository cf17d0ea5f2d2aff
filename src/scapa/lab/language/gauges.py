"""What is measured of every generation: how well it reads real text, and what its own text has lost.

Each generation's model continues the same held-out prompts, and what people wrote after them is measured the same
way: the line `human text`. Word gauges are over the first N words of either, N being `KEPT` of the human ones,
because they all depend on how many words there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError
from scapa.lab.desk import Found
from scapa.lab.engine import Step
from scapa.lab.language.author import Author
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.network import Model
from scapa.lab.language.text import Pairs, Tokens
from scapa.lab.language.training import Blocks
from scapa.lab.verdict import Line
from scapa.measure import diversity, tails, tokens
from scapa.measure.surprise import Band, bins, surprise
from scapa.text.words import words

HUMAN = "human text"
KEPT = 0.8
REFERENCES = 100
"""Texts that each is held against for Self-BLEU."""
AT_EQUAL_LENGTH = (
    "vocabulary", "missing_mass", "chao1", "entropy", "rare_coverage", "support", "tail_mass",
)  # fmt: skip
"""What depends on how many words there are."""
LEAST = 128
"""Probes that the gauges need: Self-BLEU's references, and percentiles of human blocks."""


@dataclass(slots=True)
class Gauges:
    """The probes of one seed. `reference` is real text from the training part, to say which words are rare."""

    author: Author
    tokens: Tokens
    held_out: Pairs
    probes: Pairs
    reference: Blocks
    decoding: Decoding
    seed: int
    _kept: int = field(init=False)
    _reference: Counter[str] = field(init=False)
    _first: tuple[float, Band] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if min(len(self.probes), len(self.held_out)) < LEAST:
            raise UsageError(
                f"{len(self.probes)} probes and {len(self.held_out)} held-out blocks: {LEAST} are needed of each",
                next="give more text, or ask for more probes",
            )
        self._kept = int(KEPT * len(self._words(self.probes.blocks)))
        self._reference = Counter(self._words(self.reference))

    @property
    def length(self) -> int:
        """N, the words that the word gauges are over."""
        return self._kept

    def observe(self, line: Line, step: Step[Blocks, Model], *, table: bool) -> Found:
        """Return the rows of one generation, and with `table` the histogram of its text's perplexity.

        The control line carries the rows of `human text`, too.
        """
        loss, band = self._of_first(step)
        here = loss if step.generation == 1 else float(self.author.losses(step.model, self.held_out.blocks).mean())
        written = self.author.write(
            step.model,
            self.probes.prompts,
            self.probes.blocks.shape[1],
            self.decoding,
            np.random.default_rng(self.seed),
        )
        found = self._of_text(line, step, written, band, table=table)
        about = {"loss": here, "perplexity": float(np.exp(here)), "rise": here - loss}
        found.rows += [line.row(step.generation, name, [value]) for name, value in about.items()]
        if line.arm == "control":
            human = Line(HUMAN, "control", line.size)
            found.add(self._of_text(human, step, self.probes.blocks, band, table=table))
        return found

    def _of_first(self, step: Step[Blocks, Model]) -> tuple[float, Band]:
        """Return the first generation's loss on held-out text, and the band of its losses by block."""
        if self._first is None:
            losses = self.author.losses(step.first, self.held_out.blocks)
            self._first = float(losses.mean()), Band.of(losses.mean(axis=1))
        return self._first

    def _of_text(self, line: Line, step: Step[Blocks, Model], text: Blocks, band: Band, *, table: bool) -> Found:
        losses = self.author.losses(step.first, text).mean(axis=1)
        seen = asdict(surprise(losses, band))
        values = {
            "first_mode": seen["mode"],
            "first_median": seen["median"],
            "first_mean": seen["mean"],
            "too_likely": seen["too_likely"]["estimate"],
            "too_unlikely": seen["too_unlikely"]["estimate"],
            "distinct_2": diversity.distinct_n(text, 2),
            "distinct_3": diversity.distinct_n(text, 3),
            "self_bleu": diversity.self_bleu(text, np.random.default_rng(self.seed), references=REFERENCES),
            **self._of_words(self._words(text)),
        }
        found = Found([line.row(step.generation, name, [value]) for name, value in values.items()])
        if table:
            about = {"regime": line.regime, "arm": line.arm, "generation": step.generation}
            found.tables["histogram"] = [about | _bin(*bin_) for bin_ in bins(losses)]
        return found

    def _of_words(self, found: list[str]) -> dict[str, float]:
        """Return the gauges of the first N words; not a number where a text has fewer, which would compare unlikes."""
        if len(found) < self._kept:
            return {"words": float(len(found))} | dict.fromkeys(AT_EQUAL_LENGTH, float("nan"))
        counts = Counter(found[: self._kept])
        gauges = tails.gauges(counts, self._reference)
        here, there = _together(counts, self._reference)
        return {
            "words": float(len(found)),
            "vocabulary": float(gauges.vocabulary),
            "missing_mass": gauges.missing_mass,
            "chao1": gauges.chao1,
            "entropy": gauges.entropy,
            "rare_coverage": float("nan") if gauges.rare_coverage is None else gauges.rare_coverage,
            "support": tokens.surviving_support(here, there),
            "tail_mass": tokens.lowest_mass_ratio(here, there),
        }

    def _words(self, blocks: Blocks) -> list[str]:
        """Return the words of all blocks; those that a block's edge cuts count as they stand, in all text alike."""
        return [word for block in blocks for word in words(self.tokens.decode(block))]


def _together(counts: Mapping[str, int], reference: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return both counts over the same words."""
    every = sorted(counts.keys() | reference.keys())
    return (
        np.array([counts.get(word, 0) for word in every]),
        np.array([reference.get(word, 0) for word in every]),
    )


def _bin(low: float, high: float, count: int) -> dict[str, Any]:
    return {"low": low, "high": high, "count": count}
