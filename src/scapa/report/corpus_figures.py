"""The corpus over time, and where its documents went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from scapa.report.data import Corpus, Decisions, Reason
from scapa.report.palette import sentinel
from scapa.report.rows import Row, bar, rows_picture
from scapa.report.svg import Figure, picture
from scapa.report.words import many, plain, share

GRADES = {
    "E5": "fixed in time by an independent witness",
    "E4": "signed with a key since retired, or in two archives",
    "E3": "signed, and confirmed elsewhere",
    "E2": "kept by a third party",
    "E1": "its own word only",
    "E0": "no date, or a contradictory one",
}
OUTCOMES = {"kept": "human", "review": "amber", "rejected": "machine", "duplicate": "control", "errored": "ink"}
MOST_MONTHS = 144
MOST_YEARS = 70
MOST_DECADES = 80
MOST_REASONS = 12


def corpus_figure(corpus: Corpus) -> Figure:
    """Return the bars of documents over time by evidence grade, with the cut-off."""
    unit, bins = bin_counts(corpus)
    dated = sum(sum(grades.values()) for grades in bins.values())
    before = sum(item.documents for item in corpus.counts if (item.year, item.month or 12) < _month(corpus.cutoff))
    title = "When it was written"
    description = f"Bars of {dated:,} documents by {unit}, coloured by evidence grade; the cut-off is {corpus.cutoff}."
    caption = (
        f"{many(dated, 'document')} by the {unit} they say they were written; {before:,} of them before "
        f"{corpus.cutoff}. Text from before language models were common cannot be theirs. The darker the blue (in the "
        "dark: the lighter), the harder the date would have been to forge."
    )
    if corpus.undated:
        caption += f" {corpus.undated:,} more have no usable date."
    grades = [grade for grade in GRADES if any(grade in counts for counts in bins.values())]
    svg = picture("corpus", title, description, 2.7, lambda axes: _bars(axes, unit, bins, grades, corpus.cutoff))
    rows = tuple(
        (_named(unit, start), *(f"{bins[start][grade]:,}" for grade in grades), f"{sum(bins[start].values()):,}")
        for start in sorted(bins)
    )
    key = tuple((grade.lower(), f"{grade} {GRADES[grade]}") for grade in grades)
    return Figure("corpus", title, caption, description, svg, (unit, *grades, "all"), rows, key)


def bin_counts(corpus: Corpus) -> tuple[str, dict[int, Counter[str]]]:
    """Return the unit (month, year, decade or century) that suits the span, and the counts by grade of each bin.

    A bin is numbered by its month (12 × year + month − 1) or its first year.
    """
    counts = [item for item in corpus.counts if item.documents > 0]
    years = [item.year for item in counts]
    length = max(years) - min(years) + 1 if years else 1
    if length * 12 <= MOST_MONTHS and all(item.month for item in counts):
        unit, width = "month", 0
    elif length <= MOST_YEARS:
        unit, width = "year", 1
    else:
        unit, width = ("decade", 10) if length <= 10 * MOST_DECADES else ("century", 100)
    bins: dict[int, Counter[str]] = {}
    for item in counts:
        start = item.year // width * width if width else item.year * 12 + item.month - 1
        bins.setdefault(start, Counter())[item.grade] += item.documents
    return unit, bins


def _bars(axes: Any, unit: str, bins: dict[int, Counter[str]], grades: Sequence[str], cutoff: str) -> None:
    width = {"month": 1 / 12, "year": 1.0, "decade": 10.0, "century": 100.0}[unit]
    starts = sorted(bins)
    lefts = [start / 12 if unit == "month" else float(start) for start in starts]
    floor = [0.0] * len(starts)
    thick = 0.92 if len(starts) < 60 else 1.0
    for grade in grades:
        heights = [float(bins[start][grade]) for start in starts]
        axes.bar(
            lefts,
            heights,
            width * thick,
            bottom=floor,
            align="edge",
            color=sentinel(grade.lower()),
            linewidth=0,
            label=grade,
        )
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    _time_axis(axes, lefts, width, max(floor, default=0.0))
    _cutoff(axes, cutoff)


def _time_axis(axes: Any, lefts: Sequence[float], width: float, top: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(0, max(top, 1.0) * 1.16)
    axes.set_xlim(*((lefts[0] - width * 0.5, lefts[-1] + width * 1.5) if lefts else (2000.0, 2030.0)))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    axes.tick_params(length=0)
    axes.grid(visible=False, axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_title("documents", loc="left", fontsize=11, color=sentinel("soft"))


def _cutoff(axes: Any, cutoff: str) -> None:
    """Draw the cut-off if it falls within the picture, its words on the side that has the room."""
    day = date.fromisoformat(cutoff)
    x = day.year + (day.timetuple().tm_yday - 1) / 365.25
    left, right = axes.get_xlim()
    if not left <= x <= right:
        return
    axes.axvline(x, color=sentinel("machine"), linewidth=1.4, dashes=(4, 2.4))
    late = (x - left) > (right - left) / 2
    axes.annotate(
        f"cut-off {cutoff}",
        (x, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-5 if late else 5, -2),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        color=sentinel("machine"),
        fontweight="bold",
        fontsize=10,
    )


def _month(cutoff: str) -> tuple[int, int]:
    day = date.fromisoformat(cutoff)
    return day.year, day.month


def _named(unit: str, start: int) -> str:
    if unit == "month":
        return f"{start // 12}-{start % 12 + 1:02d}"
    return {"year": f"{start}", "decade": f"{start}s", "century": f"{start}–{start + 99}"}[unit]


def decisions_figure(decisions: Decisions) -> Figure:
    """Return the bars of what became of the documents, and why, with the conservation law."""
    title = "Where the documents went, and why"
    description = f"{decisions.conservation}; of the kept, {decisions.masked:,} with masked passages."
    caption = (
        f"Nothing is dropped silently: {decisions.conservation}. “Kept” is what a model may learn from, the paler part "
        f"of it ({decisions.masked:,}) with passages cut out; “review” waits for you; `scapa why ID` "
        "tells the story of any document."
    )
    reasons = _most(decisions.reasons)
    rows = [row for outcome in OUTCOMES for row in _outcome(decisions, outcome, reasons)]
    svg = rows_picture("decisions", title, description, rows, (0, max(1, decisions.documents)))
    table = tuple((item.outcome, item.reason, f"{item.documents:,}") for item in _sorted(decisions.reasons))
    totals = tuple((name, "all", f"{count:,}") for name, count in decisions.conservation.parts.items())
    return Figure("decisions", title, caption, description, svg, ("outcome", "reason", "documents"), totals + table)


def _outcome(decisions: Decisions, outcome: str, reasons: Sequence[Reason]) -> list[Row]:
    count = decisions.conservation.parts[outcome]
    role = OUTCOMES[outcome]

    def paint(axes: Any, y: float) -> None:
        bar(axes, y, 0, count, role)
        if outcome == "kept" and decisions.masked:
            bar(axes, y, count - decisions.masked, count, "pale")

    mine = [item for item in reasons if item.outcome == outcome]
    return [
        Row(outcome, f"{count:,} · {share(count, decisions.documents)}", paint, bold=True),
        *(_reason(item, role) for item in mine),
    ]


def _reason(item: Reason, role: str) -> Row:
    return Row(
        plain(item.reason),
        f"{item.documents:,}",
        lambda axes, y: bar(axes, y, 0, item.documents, role, thin=True),
        soft=True,
    )


def _most(reasons: Sequence[Reason]) -> list[Reason]:
    """Return the `MOST_REASONS` most frequent reasons; the rest of each outcome becomes one row."""
    ordered = [item for item in _sorted(reasons) if item.documents]
    ordered.sort(key=lambda item: -item.documents)
    rest: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for item in ordered[MOST_REASONS:]:
        rest[item.outcome] += item.documents
        kinds[item.outcome] += 1
    others = [Reason(outcome, f"{kinds[outcome]} other reasons", count) for outcome, count in rest.items()]
    return ordered[:MOST_REASONS] + others


def _sorted(reasons: Sequence[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda item: (item.outcome, -item.documents, item.reason))
