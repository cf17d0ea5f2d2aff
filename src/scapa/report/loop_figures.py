"""The recursion with and without the guard, and what the guard caught."""

from __future__ import annotations

from typing import Any

from scapa.records import Check
from scapa.report.data import Arm, Guard, Measure, Recursion, Returned
from scapa.report.lines import Line, Look, lines_picture
from scapa.report.palette import sentinel
from scapa.report.rows import Row, rows_picture
from scapa.report.svg import Figure
from scapa.report.words import many, number

ROLES = {"unguarded": "machine", "guarded": "guard", "control": "human", "clean": "amber", "other": "control"}


def measure_figure(recursion: Recursion, index: int, prefix: str = "recursion") -> Figure:
    """Return one measure over the generations: a line an arm, its band, and theory dashed."""
    measure = recursion.measures[index]
    arms = [arm for arm in measure.arms if arm.generations]
    theory = " The dashed line is exact theory." if any(arm.theory for arm in arms) else ""
    band = f" Lines are the {measure.centre} of the seeds, bands hold {recursion.band}."
    band = band if any(arm.low and arm.high for arm in arms) else ""
    caption = f"{measure.about}{band}{theory}"
    title = measure.name[:1].upper() + measure.name[1:] if measure.name.isascii() else measure.name
    words = "; ".join(f"{arm.name} from {number(arm.values[0])} to {number(arm.values[-1])}" for arm in arms)
    lines = [Line(a.name, ROLES[a.kind], a.generations, a.values, a.low, a.high, a.theory) for a in arms]
    name = f"{prefix}-{index}"
    svg = lines_picture(name, title, words, lines, Look("generation", log_y=measure.log))
    columns = ("arm", "generation", measure.centre, "low", "high", "theory")
    return Figure(name, title, caption, words, svg, columns, _measure_rows(measure))


def _measure_rows(measure: Measure) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (arm.name, f"{generation:g}", number(arm.values[i]), _at(arm.low, i), _at(arm.high, i), _at(arm.theory, i))
        for arm in measure.arms
        for i, generation in enumerate(arm.generations)
        if i in _shown(arm)
    )


def _shown(arm: Arm) -> set[int]:
    """A table of a thousand generations helps nobody: about twenty, evenly spaced, with the first and the last."""
    last = len(arm.generations) - 1
    return {round(i * last / 20) for i in range(21)} if last > 20 else set(range(last + 1))


def _at(values: tuple[float, ...], index: int) -> str:
    return number(values[index]) if values else ""


def check_rows(checks: tuple[Check, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the table of what was observed beside what theory or the paper says."""
    return tuple(
        (c.name, number(c.observed), number(c.expected), f"± {number(c.tolerance)}", "passed" if c.passed else "failed")
        for c in checks
    )


CHECK_COLUMNS = ("check", "observed", "expected", "tolerance", "result")


def guard_figure(guard: Guard) -> Figure:
    """Return how much generated text came back by length, and how much of it was caught."""
    title = "What came back, and what was caught"
    caught = sum(band.caught for band in guard.bands)
    caption = (
        f"{many(guard.generations, 'generation')} remembered as keyed fingerprints, never as text. "
        f"Recognised when it came back: {many(caught, 'time')}. {many(guard.masked, 'document')} had the passage cut "
        f"out, {guard.rejected:,} left out whole. Short passages are the hardest to recognise."
    )
    if guard.false_alarms is not None and guard.humans:
        caption += f" Of {many(guard.humans, 'human document')} {guard.false_alarms:,} accused wrongly."
    words = "; ".join(f"{band.band}: {_of(band)} caught" for band in guard.bands)
    most = max((max(band.caught, band.returned or 0) for band in guard.bands), default=0)
    svg = rows_picture("guard", title, words, [_band(band) for band in guard.bands], (0, max(1, most)))
    rows = tuple(_band_row(band) for band in guard.bands)
    truth = any(band.returned is not None for band in guard.bands)
    key = (("guard", "caught"), *((("machine", "came back unnoticed"),) if truth else ()))
    return Figure("guard", title, caption, words, svg, ("length", "came back", "caught", "share"), rows, key)


def _band(band: Returned) -> Row:
    def paint(axes: Any, y: float) -> None:
        if band.returned is not None:
            axes.barh(y, band.returned - band.caught, 0.26, band.caught, color=sentinel("machine"), linewidth=0)
        axes.barh(y, band.caught, 0.26, color=sentinel("guard"), linewidth=0)

    return Row(band.band, _of(band), paint)


def _of(band: Returned) -> str:
    return f"{band.caught:,}" if band.returned is None else f"{band.caught:,} of {band.returned:,}"


def _band_row(band: Returned) -> tuple[str, ...]:
    if band.returned is None:
        return band.band, "not known", f"{band.caught:,}", ""
    share = f"{band.caught / band.returned:.1%}" if band.returned else ""
    return band.band, f"{band.returned:,}", f"{band.caught:,}", share
