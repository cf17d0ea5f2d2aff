"""The machine judge and the share of machine text: coverage of planted shares, bias, refusals, and what goes wrong.

In domain: what people wrote and what the assistant answered in the same conversations (ShareGPT, 2023), answers chosen
as long as the questions; halves by conversation, one for calibration, one to be asked about. Everything is seeded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from tests.conversations import conversations, share_gpt
from tests.corpora import spam_assassin

from bench.generated import generated
from bench.quality import Figure
from scapa.corpus.share import style
from scapa.judges.machine import Machine
from scapa.judges.quotes import Quotes
from scapa.measure.discriminant import Detector, fit
from scapa.measure.excess import Marks, compare
from scapa.measure.interval import wilson
from scapa.measure.share import Finding, Sample, calibrate
from scapa.records import Document
from scapa.store.schema import document_rows

SHARES = (0.0, 0.025, 0.05, 0.1, 0.25, 0.5)
RUNS, N, ASKED = 200, 300, 300
_LEAST, _MOST = 30, 400  # words
_BANDS = (50, 100, 200)
_ROWS = 512
_ON = "ShareGPT, halves by conversation, lengths matched"
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """Documents of one sort: what the judge says of them, and which conversation each is from."""

    style: NDArray[np.float64]
    words: Rows
    marked: NDArray[np.bool_]
    group: Rows

    @classmethod
    def of(cls, texts: Sequence[str], groups: Sequence[int], kind: str = "document") -> Pool:
        """Judge texts; those of too few or too many words are left out."""
        columns = _judged(texts, kind)
        words = columns["words"].to_numpy().astype(np.int64)
        rows = np.flatnonzero((words >= _LEAST) & (words <= _MOST))
        marked = columns["markers"].to_numpy() > 0
        return cls(style(columns, rows), words[rows], marked[rows], np.asarray(groups, np.int64)[rows])

    def rows(self, half: int) -> Rows:
        """Return the documents of one half of the conversations."""
        return np.flatnonzero(self.group % 2 == half)


@dataclass(frozen=True)
class Drawn:
    """Documents of a run: pools and rows, people first."""

    parts: tuple[tuple[Pool, Rows], ...]

    def scores(self, detector: Detector) -> Sample:
        return Sample.of(
            np.concatenate([detector.scores(pool.style[rows]) for pool, rows in self.parts]), self.groups()
        )

    def marks(self) -> Marks:
        marked, words = (np.concatenate([getattr(p, name)[r] for p, r in self.parts]) for name in ("marked", "words"))
        return Marks.of(marked, words, self.groups())

    def groups(self) -> Rows:
        return np.concatenate([pool.group[rows] + n * 1_000_000 for n, (pool, rows) in enumerate(self.parts)])


def figures() -> Iterator[Figure]:
    """Yield every figure."""
    human, machine = pools()
    yield from signals(human, machine)
    for share in SHARES:
        yield from planted(human, machine, machine, share, _ON)
    half = half_edited()
    yield from planted(human, machine, half, 0.25, "the same, one half of each planted document by people")
    other = Pool.of(generated(), range(len(generated())))
    if len(other.words) >= 0.25 * ASKED:
        yield from planted(human, machine, other, 0.1, "the same, planted by a held-out generator (SmolLM2-135M)")
        yield from planted(human, machine, other, 0.25, "the same, planted by a held-out generator (SmolLM2-135M)")
    yield from elsewhere(human, machine)


@cache
def turns() -> tuple[list[str], list[int], list[str], list[int]]:
    """Return texts and conversations: people's, then the assistant's."""
    texts: dict[str, list[str]] = {"human": [], "machine": []}
    numbers: dict[str, list[int]] = {"human": [], "machine": []}
    for number, conversation in enumerate(conversations(share_gpt())):
        for who, text in conversation:
            if _LEAST // 2 <= text.count(" ") <= 2 * _MOST:
                texts[who].append(text)
                numbers[who].append(number)
    return texts["human"], numbers["human"], texts["machine"], numbers["machine"]


@cache
def pools() -> tuple[Pool, Pool]:
    """Return people and assistant."""
    people, whose, answers, of = turns()
    return Pool.of(people, whose), Pool.of(answers, of)


def half_edited() -> Pool:
    """Return answers of the second half whose latter half was replaced by what a person wrote."""
    people, whose, answers, of = turns()
    mine = [text.split() for text, number in zip(people, whose, strict=True) if number % 2]
    theirs = [(text.split(), number) for text, number in zip(answers, of, strict=True) if number % 2][: len(mine)]
    mixed = [" ".join([*a[: len(a) // 2], *b[len(b) // 2 :]]) for (a, _), b in zip(theirs, mine, strict=False)]
    return Pool.of(mixed, [number for _, number in theirs])


def signals(human: Pool, machine: Pool) -> Iterator[Figure]:
    """Yield how well a detector that was fitted in domain parts single documents, in domain and elsewhere."""
    rng = np.random.default_rng(1)
    ours, theirs = human.rows(0), alike(human, machine, human.rows(0), 0, rng)
    detector = fit(
        np.concatenate([human.style[ours], machine.style[theirs]]), np.arange(len(ours) + len(theirs)) >= len(ours)
    )
    asked = human.rows(1)
    low, high = (
        detector.scores(pool.style[rows])
        for pool, rows in ((human, asked), (machine, alike(human, machine, asked, 1, rng)))
    )
    items = len(low) + len(high)
    yield Figure("ROC AUC of a detector fitted on the columns of style, in domain", _ON, items, auc(low, high))
    threshold = float(np.quantile(low, 0.95))
    caught = int((high > threshold).sum())
    found = wilson(caught, len(high))
    yield Figure("found at 5 % false positives, in domain", _ON, len(high), found.estimate, found.low, found.high)
    for name, pool in elsewhere_pools():
        wrong = wilson(int((detector.scores(pool.style) > threshold).sum()), len(pool.words))
        yield Figure(
            "false positives at that threshold elsewhere", name, len(pool.words), wrong.estimate, wrong.low, wrong.high
        )


def planted(human: Pool, machine: Pool, planted_: Pool, share: float, on: str) -> Iterator[Figure]:
    """Yield coverage, bias and refusals of each method for one planted share."""
    found: list[tuple[Finding, ...]] = [one(human, machine, planted_, share, run) for run in range(RUNS)]
    averaged, counted, bounds = ([row[n].interval for row in found if row[n].interval] for n in range(3))
    for name, intervals in (("PACC", averaged), ("Rogan–Gladen", counted)):
        inside = wilson(sum(share in i for i in intervals if i), len(intervals))
        title = f"coverage of the 95 % interval: {name}, {share:.1%} planted"
        yield Figure(title, on, len(intervals), inside.estimate, inside.low, inside.high)
    estimate, width = np.mean([(i.estimate, i.high - i.low) for i in averaged if i], axis=0)
    yield Figure(f"mean estimate: PACC, {share:.1%} planted", on, len(averaged), float(estimate))
    yield Figure(f"mean width: PACC, {share:.1%} planted", on, len(averaged), float(width))
    yield Figure(f"refused: {share:.1%} planted", on, RUNS, 1 - len(averaged) / RUNS)
    held = wilson(sum(i.low <= share for i in bounds if i), len(bounds))
    yield Figure(f"excess words: bound holds, {share:.1%} planted", on, len(bounds), held.estimate, held.low, held.high)
    mean = float(np.mean([i.low for i in bounds if i]))
    yield Figure(f"excess words: mean bound, {share:.1%} planted", on, len(bounds), mean)


def one(human: Pool, machine: Pool, planted_: Pool, share: float, run: int) -> tuple[Finding, ...]:
    """Return what PACC, Rogan–Gladen and the bound say of one draw."""
    rng = np.random.default_rng([run, round(share * 1_000)])
    mine = rng.choice(human.rows(0), 3 * N, replace=False)
    theirs = rng.permutation(alike(human, machine, mine[: 2 * N], 0, rng))
    detector = fit(np.concatenate([human.style[mine[:N]], machine.style[theirs[:N]]]), np.arange(2 * N) >= N)
    there = rng.choice(human.rows(1), N + ASKED, replace=False)
    control, people = there[:N], there[N:]
    calibration = calibrate(
        Drawn(((human, mine[N:]),)).scores(detector), Drawn(((machine, theirs[N:]),)).scores(detector),
        Drawn(((human, control),)).scores(detector), rng,
    )  # fmt: skip
    made = round(share * ASKED)
    asked = Drawn(((human, people[made:]), (planted_, alike(human, planted_, people[:made], 1, rng))))
    baseline = compare(Drawn(((human, mine),)).marks(), Drawn(((human, control),)).marks(), rng)
    return *calibration.estimate(asked.scores(detector), rng), baseline.bound(asked.marks(), rng)


def alike(human: Pool, other: Pool, like: Rows, half: int, rng: np.random.Generator) -> Rows:
    """Return as many documents of a half of `other` as `like` has, of its lengths; of a small pool from both halves."""
    wanted = np.bincount(np.searchsorted(_BANDS, human.words[like]), minlength=len(_BANDS) + 1)
    open_ = other.rows(half) if len(other.words) > 2_000 else np.arange(len(other.words))
    band = np.searchsorted(_BANDS, other.words[open_])
    taken = [
        rng.choice(open_[band == b], min(int(n), int((band == b).sum())), replace=False) for b, n in enumerate(wanted)
    ]
    rest = len(like) - sum(map(len, taken))
    spare = np.setdiff1d(open_, np.concatenate(taken))
    return np.concatenate([*taken, rng.choice(spare, rest, replace=False)]).astype(np.int64)


def elsewhere(human: Pool, machine: Pool) -> Iterator[Figure]:
    """Yield what is said of sources that the detector was not calibrated for, none of which holds machine text."""
    for name, pool in elsewhere_pools():
        order = np.arange(len(pool.words))
        refusals, naive, bounds, held_zero = [], [], [], []
        for run in range(50):
            rng = np.random.default_rng(run)
            mine = rng.choice(human.rows(0), 2 * N, replace=False)
            theirs = rng.permutation(alike(human, machine, mine, 0, rng))
            detector = fit(np.concatenate([human.style[mine[:N]], machine.style[theirs[:N]]]), np.arange(2 * N) >= N)
            size = min(N, len(order) // 3)
            drawn = np.sort(rng.choice(order, 3 * size, replace=False))  # by time: two controls, then those asked about
            h, m = Drawn(((human, mine[N:]),)).scores(detector), Drawn(((machine, theirs[N:]),)).scores(detector)
            c, t = (Drawn(((pool, drawn[k * size : (k + 1) * size]),)) for k in (1, 2))
            finding = calibrate(h, m, c.scores(detector), rng).estimate(t.scores(detector), rng)[0]
            refusals.append(finding.refusal or "none")
            if finding.interval is not None:
                held_zero.append(0 in finding.interval)
            naive.append((t.scores(detector).values.mean() - h.values.mean()) / (m.values.mean() - h.values.mean()))
            bounds.append(compare(Drawn(((pool, drawn[:size]),)).marks(), c.marks(), rng).bound(t.marks(), rng))
        yield Figure("out of domain: refused (true share 0)", name, 50, 1 - refusals.count("none") / 50)
        for why in sorted(set(refusals) - {"none"}):
            yield Figure(f"out of domain: refused as {why}", name, 50, refusals.count(why) / 50)
        if held_zero:
            yield Figure("out of domain, not refused: interval holds", name, len(held_zero), float(np.mean(held_zero)))
        yield Figure("out of domain: what PACC would have said (true share 0)", name, 50, float(np.mean(naive)))
        held = [b.interval.low <= 0 for b in bounds if b.interval is not None]
        yield Figure("excess words: bound holds (true share 0)", name, len(held), float(np.mean(held)) if held else 1.0)


@cache
def elsewhere_pools() -> tuple[tuple[str, Pool], ...]:
    """Return text from long before any assistant, the older first (the mails as their folders have them)."""
    mails = sorted(path for part in ("easy-ham-1", "easy-ham-2", "hard-ham-1") for path in _mails(part))
    bodies = [path.read_text(encoding="latin-1").split("\n\n", 1)[-1] for path in mails]
    pieces = list(_speeches())
    return (
        ("SpamAssassin ham, 2002", Pool.of(bodies, range(len(bodies)), "mail")),
        ("State of the Union, 1790–2020, pieces of 200 words", Pool.of(pieces, range(len(pieces)))),
    )


def _mails(part: str) -> list[Path]:
    return list((spam_assassin() / part).glob("*.txt"))


def _speeches() -> Iterator[str]:
    from scapa.lab.speeches import speeches

    for speech in (speech for speech in speeches() if speech.date < "2021"):
        words = speech.text.split(" ")
        yield from (" ".join(words[at : at + 200]) for at in range(0, len(words) - 200, 2_000))


def auc(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Return the chance that a machine document scores higher than a human one, ties counting one half."""
    order = np.sort(low)
    below = np.searchsorted(order, high, "left") + np.searchsorted(order, high, "right")
    return float(below.mean() / 2 / len(low))


def _judged(texts: Sequence[str], kind: str) -> dict[str, pa.Array]:
    judge, quotes, parts = Machine(), Quotes(), []
    for at in range(0, len(texts), _ROWS):
        rows = [(f"{n:064x}", Document(kind, text)) for n, text in enumerate(texts[at : at + _ROWS])]  # type: ignore[arg-type]
        batch = document_rows(rows, 0).combine_chunks().to_batches()[0]
        parts.append(judge.judge(batch.append_column("quotes", quotes.judge(batch).to_struct_array())))
    table = pa.Table.from_batches(parts)
    return {name: table[name].combine_chunks() for name in judge.columns}
