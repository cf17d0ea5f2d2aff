"""How much of each source is machine text, by month: known from the ledger first, then estimated, or refused.

    for row in machine_shares(table, thread, cluster, cutoff, settings.ledger): row.summary()

Every source is compared with itself: with its own text from before the cut-off, by the columns of the judge `machine`.
Where the ledger knows enough documents of the source, they and the old ones calibrate a detector (`scapa.measure.
share`). In the usual mailbox there are none; then words that were rare before assistants give a lower bound
(`scapa.measure.excess`). Neither says anything of one document, and no rule of a policy reads this relation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from scapa.judges.machine_words import FUNCTION, listed
from scapa.measure.discriminant import Detector, fit
from scapa.measure.excess import Baseline, Marks, compare
from scapa.measure.interval import Interval
from scapa.measure.share import FEWEST, Calibration, Finding, Sample, calibrate
from scapa.settings import Ledger

Dated = Literal["proved", "claimed", "none"]
Rows = NDArray[np.int64]

FEWEST_WORDS = 20
"""Documents with fewer own words say too little to be counted."""
NO_MACHINE_TEXT = "no_machine_text"
_NOT_STYLE = ("words", "markers", "self_reference", "function_words")
_SEED = 0x5CAFA


@dataclass(frozen=True, slots=True)
class SourceShare:
    """The share of machine text among the documents of one source that were written from the cut-off on.

    `month` is "2024-03", or "" for all of them. `documents` are those asked about: with enough own words, not sent by
    a program, no copies. `known` of them are in the ledger, and count as machine text in the finding. `control` older
    documents are its measure, their date `proved` or only `claimed`. `no_estimate` says why there is but a bound.
    """

    source: int
    month: str
    documents: int
    known: int
    finding: Finding
    control: int
    dated: Dated
    no_estimate: str | None

    def summary(self) -> dict[str, Any]:
        """Return the JSON of it."""
        found = self.finding.interval
        ends = {"estimate": found.estimate, "low": found.low, "high": found.high} if found else {}
        return {
            "source": self.source, "month": self.month or None, "documents": self.documents, "known": self.known,
            "method": self.finding.method, "lower_bound_only": self.finding.method == "excess_words",
            "estimate": None, "low": None, "high": None, **ends, "level": found.level if found else None,
            "refused": self.finding.refusal, "no_estimate": self.no_estimate, "control": self.control,
            "control_dated": self.dated,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a share is made of, a row a document in the order of the features (by date)."""

    machine: Mapping[str, pa.Array]
    marked: NDArray[np.bool_]
    words: NDArray[np.int64]
    thread: Rows
    source: Rows
    month: NDArray[np.int64]
    known: NDArray[np.bool_]
    after: NDArray[np.bool_]
    proved: NDArray[np.bool_]
    claimed: NDArray[np.bool_]
    counts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Measure:
    """How one source is measured: a detector with its calibration, or why not, and the baseline of its words."""

    detector: Detector | None
    calibration: Calibration | None
    baseline: Baseline
    control: int
    dated: Dated
    no_estimate: str | None


def machine_shares(table: pa.Table, thread: Rows, cluster: Rows, cutoff: int, ledger: Ledger) -> list[SourceShare]:
    """Return the shares of every source: all of its documents from `cutoff` (UTC microseconds) on, then by month.

    `table` holds the features, a row a document by date, with the row's `thread` and duplicate `cluster` beside it.
    """
    texts = _texts(table, thread, cluster, cutoff, ledger)
    return [row for source in np.unique(texts.source[texts.counts]).tolist() for row in _source(texts, source)]


def _source(texts: _Texts, source: int) -> Iterator[SourceShare]:
    rng = np.random.default_rng([_SEED, source])
    here = texts.counts & (texts.source == source)
    new = np.flatnonzero(here & texts.after)
    if not len(new):
        return
    measure = _measure(texts, here, rng)
    yield _share(texts, measure, source, "", new, rng)
    for month in np.unique(texts.month[new]).tolist():
        name = str(np.datetime64(month, "M"))
        yield _share(texts, measure, source, name, new[texts.month[new] == month], rng)


def _measure(texts: _Texts, here: NDArray[np.bool_], rng: np.random.Generator) -> _Measure:
    """Make the measure of a source out of what is known of it. Thirds by time keep the control nearest to the new."""
    proved, claimed = (np.flatnonzero(here & known & ~texts.known) for known in (texts.proved, texts.claimed))
    old, dated = _control(proved, claimed)
    half = len(old) // 2
    baseline = compare(_marks(texts, old[:half]), _marks(texts, old[half:]), rng)
    made = np.flatnonzero(here & texts.known)
    if len(made) < 2 * FEWEST or len(old) < 3 * FEWEST:
        why = NO_MACHINE_TEXT if len(made) < 2 * FEWEST else "no_older_control"
        return _Measure(None, None, baseline, len(old), dated, why)
    fitted, human, control = np.array_split(old, 3)
    first, machine = _halves(made, texts.thread, rng)
    rows = np.concatenate([fitted, first])
    detector = fit(style(texts.machine, rows), np.arange(len(rows)) >= len(fitted))
    apart, alike, zero = (_scores(texts, detector, part) for part in (human, machine, control))
    return _Measure(detector, calibrate(apart, alike, zero, rng), baseline, len(old), dated, None)


def _control(proved: Rows, claimed: Rows) -> tuple[Rows, Dated]:
    """Return the older documents to compare with: those of proved date if they are enough."""
    if len(proved) >= 3 * FEWEST:
        return proved, "proved"
    both = np.union1d(proved, claimed)
    return both, "claimed" if len(both) else "none"


def _halves(rows: Rows, thread: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Split rows at random, threads whole: what fits a detector must not calibrate it."""
    names, of = np.unique(thread[rows], return_inverse=True)
    side = (rng.permutation(len(names)) % 2)[of] == 0
    return rows[side], rows[~side]


def _share(
    texts: _Texts, measure: _Measure, source: int, month: str, rows: Rows, rng: np.random.Generator
) -> SourceShare:
    open_ = rows[~texts.known[rows]]
    known = len(rows) - len(open_)
    if not len(open_):
        sure = Finding("ledger", known, Interval(1.0, 1.0, 1.0))
        return SourceShare(source, month, known, known, sure, measure.control, measure.dated, None)
    finding, why = _asked(texts, measure, open_, rng)
    whole = Finding(finding.method, len(rows), _with_known(finding.interval, known, len(rows)), finding.refusal)
    return SourceShare(source, month, len(rows), known, whole, measure.control, measure.dated, why)


def _asked(texts: _Texts, measure: _Measure, rows: Rows, rng: np.random.Generator) -> tuple[Finding, str | None]:
    """Return the estimate for documents that the ledger does not know; else the bound, and why only that."""
    why = measure.no_estimate
    if measure.detector is not None and measure.calibration is not None:
        averaged, _ = measure.calibration.estimate(_scores(texts, measure.detector, rows), rng)
        if averaged.interval is not None:
            return averaged, None
        why = averaged.refusal
    return measure.baseline.bound(_marks(texts, rows), rng), why


def _with_known(found: Interval | None, known: int, documents: int) -> Interval | None:
    """Return the share of all documents, given that of those which the ledger does not know."""
    if found is None or not known:
        return found
    estimate, low, high = (
        (known + (documents - known) * share) / documents for share in (found.estimate, found.low, found.high)
    )
    return Interval(estimate, low, high, found.level)


def _scores(texts: _Texts, detector: Detector, rows: Rows) -> Sample:
    return Sample.of(detector.scores(style(texts.machine, rows)), texts.thread[rows])


def _marks(texts: _Texts, rows: Rows) -> Marks:
    return Marks.of(texts.marked[rows], texts.words[rows], texts.thread[rows])


def _texts(table: pa.Table, thread: Rows, cluster: Rows, cutoff: int, ledger: Ledger) -> _Texts:
    machine, dates, matched = (_fields(table[name]) for name in ("machine", "dates", "ledger"))
    start, end, proof = (_micros(dates[name]) for name in ("claimed_start", "claimed_end", "existed_by"))
    words = _numbers(machine["words"]).astype(np.int64)
    sound = pc.fill_null(pc.not_equal(dates["grade"], "E0"), False).to_numpy(zero_copy_only=False)
    sent = pc.fill_null(_fields(table["automated"])["automated"], False).to_numpy(zero_copy_only=False)
    first_copy = cluster == np.arange(len(table))
    source = _numbers(_fields(table["source"])["id"], -1).astype(np.int64)
    known = _numbers(matched["bits"]) >= ledger.quarantine_bits
    return _Texts(
        machine=machine,
        marked=_numbers(machine["markers"]) > 0,
        words=words,
        thread=thread,
        source=source,
        month=start.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64),
        known=known & (_numbers(matched["share"]) > ledger.quarantine_share),
        after=sound & (start >= cutoff) & (start < _NEVER) & (proof > cutoff),
        proved=proof <= cutoff,
        claimed=sound & (end <= cutoff),
        counts=(words >= FEWEST_WORDS) & ~sent & first_copy & (source >= 0),
    )


def style(machine: Mapping[str, pa.Array], rows: Rows) -> NDArray[np.float64]:
    """Return what a detector looks at, of these rows: the columns of `machine` that are not about length alone."""
    taken = {name: column.take(pa.array(rows)) for name, column in machine.items() if name != "error"}
    words = np.maximum(_numbers(taken["words"]), 1)
    plain = [np.log1p(np.maximum(_numbers(c), 0)) for name, c in taken.items() if name not in _NOT_STYLE]
    lists, width = pc.fill_null(taken["function_words"], []), len(listed(FUNCTION))
    counts = np.zeros((len(rows), width))
    counts[pc.list_value_length(lists).to_numpy(zero_copy_only=False) > 0] = (
        lists.flatten().to_numpy().reshape(-1, width)
    )
    return np.column_stack([*plain, np.sqrt(counts / words[:, None])])


_NEVER = np.iinfo(np.int64).max


def _fields(column: pa.ChunkedArray) -> dict[str, pa.Array]:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    return {array.type.field(n).name: pc.struct_field(array, [n]) for n in range(array.type.num_fields)}


def _micros(times: pa.Array) -> NDArray[np.int64]:
    """Return UTC microseconds; a time that is not known is later than every other."""
    return np.asarray(times.cast(pa.int64()).fill_null(_NEVER).to_numpy(zero_copy_only=False))


def _numbers(values: pa.Array, missing: float = 0.0) -> NDArray[np.float64]:
    return np.asarray(values.cast(pa.float64()).fill_null(missing).to_numpy(zero_copy_only=False))
