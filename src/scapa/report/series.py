"""Series: the rows of a run that one picture draws, line by line, each with its name and its colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scapa.report.hues import hues, is_control
from scapa.report.regimes import kind, name, names, shared
from scapa.report.scales import tick
from scapa.store.plot import Plot
from scapa.store.run import LabRun, Row

FIELDS = ("regime", "arm", "size", "estimator", "at", "generation")
CONTROL = "real data only"
CONTROLS = {"replace": CONTROL, "accumulate": "all real data so far"}
"""What a control that sees M new real items a generation is called, and one that keeps them all."""
OBSERVED = "observed"
ARMS = {"loop": "", "control": CONTROL, "first": "clean model"}
MOST_LINES = 8
MOST_TOGETHER = 3
"""Beyond this many lines that two fields tell apart, one field gets a panel a value."""

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a picture: its name in full and in short, its colour, the heading of its panel, its rows along x."""

    name: str
    label: str
    role: str
    panel: str
    rows: tuple[Row, ...]

    @property
    def regime(self) -> str:
        """The machine form of its regime, as data and commands have it."""
        return self.rows[0].regime


@dataclass(frozen=True, slots=True)
class Choice:
    """The lines that a picture draws, of how many, and what all their regimes' names would say (no label does)."""

    series: tuple[Series, ...]
    of: int
    common: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strand:
    """The rows of one line along x, and the fields that tell it from the others."""

    fields: Fields
    rows: tuple[Row, ...]


def series_of(run: LabRun, plot: Plot) -> Choice:
    """Return the lines that `plot` draws of `run`, at most `MOST_LINES` a panel."""
    strands = gather(run.rows, plot)
    split = _panel_field(strands)
    drawn = _first_of_each(strands, split)
    telling = [f for f in _varied(drawn) if f != split]
    roles = hues([strand.fields for strand in drawn], telling, split)
    regimes = [str(strand.fields.get("regime", "")) for strand in drawn if not is_control(strand.fields)]
    common = shared(regimes) if "regime" in telling else ()
    whole, short = names(regimes), names(regimes, common)
    found = [
        Series(
            name=_label(strand.fields, list(strand.fields), whole) or run.name,
            label=_label(strand.fields, telling, short) or run.name,
            role=role,
            panel=_heading(strand.fields, split, whole) if split else "",
            rows=strand.rows,
        )
        for strand, role in zip(drawn, roles, strict=True)
    ]
    return Choice(tuple(found), len(strands), common)


def gather(rows: Iterable[Row], plot: Plot) -> list[Strand]:
    """Return every line that `plot` describes, its rows in order of x.

    Fields that `plot` forgot are added where two rows would stand at one x; over sizes or a swept value the last
    generation counts.
    """
    wanted = [row for row in rows if row.measure == plot.measure and matches(plot.where, row)]
    if plot.x != "generation" and "generation" not in (*plot.series, *plot.where):
        wanted = _last_generation(wanted)
    fields = [f for f in plot.series if f != plot.x]
    for extra in FIELDS:
        if not _clash(wanted, (*fields, plot.x)):
            break
        if extra not in (*fields, plot.x) and len({getattr(row, extra) for row in wanted}) > 1:
            fields.append(extra)
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for row in wanted:
        lines.setdefault(tuple(getattr(row, f) for f in fields), []).append(row)
    return [
        Strand(dict(zip(fields, key, strict=True)), tuple(sorted(found, key=lambda row: place(row, plot.x))))
        for key, found in lines.items()
    ]


def place(row: Row, x: str) -> float:
    """Return where a row stands on the x axis; NaN where it has no such value."""
    value = getattr(row, x)
    return float("nan") if value is None else float(value)


def matches(where: Mapping[str, Any], row: Any) -> bool:
    """Return whether a row (an object or a mapping) has the values that `where` asks for: one, or any of a list."""
    for field, wanted in where.items():
        value = row.get(field) if isinstance(row, Mapping) else getattr(row, field)
        if value not in (wanted if isinstance(wanted, (list, tuple)) else (wanted,)):
            return False
    return True


def words(fields: Fields, telling: Iterable[str], called: Mapping[str, str] | None = None) -> str:
    """Return a line's name from the fields that tell it apart; `called` names regimes that have short names there."""
    plain = fields.get("arm") == "control" and not is_control(fields)  # human text as it is needs no more words
    said = (_word(f, fields[f], called or {}) for f in telling if f in fields and not (plain and f == "arm"))
    return ", ".join(part for part in said if part)


def _word(field: str, value: Any, called: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if field == "regime":
        return called.get(value) or name(value)
    if field == "arm":
        return ARMS.get(value, str(value))
    if field in ("size", "generation"):
        return f"M = {value:,}" if field == "size" else f"generation {value:,}"
    return value if isinstance(value, str) else f"at {tick(float(value))}"


def _last_generation(rows: Sequence[Row]) -> list[Row]:
    newest: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = (row.regime, row.arm, row.size, row.estimator, row.at)
        if key not in newest or newest[key].generation <= row.generation:
            newest[key] = row
    return list(newest.values())


def _clash(rows: Sequence[Row], fields: Sequence[str]) -> bool:
    return len({tuple(getattr(row, f) for f in fields) for row in rows}) < len(rows)


def _label(fields: Fields, telling: Sequence[str], called: Mapping[str, str]) -> str:
    """A control goes by its own name; a line that nothing tells apart in words goes by its regime."""
    if is_control(fields) and {"arm", "regime"} & set(telling):
        regime = str(fields.get("regime", "replace"))
        named = f"only {name(regime)}" if kind(regime) == "fresh" else CONTROLS.get(regime)
        rest = words(fields, [f for f in telling if f not in ("arm", "regime")])
        if named:
            return ", ".join(filter(None, (named, rest)))
    return words(fields, telling, called) or words(fields, ("regime",))


def _heading(fields: Fields, split: str, called: Mapping[str, str]) -> str:
    """Return the heading of a panel; beside lines of a named estimator those without one are what was observed."""
    return words(fields, [split], called) or (OBSERVED if split == "estimator" else "")


def _varied(strands: Sequence[Strand]) -> list[str]:
    """Return the fields that have more than one value."""
    names = strands[0].fields if strands else ()
    return [f for f in names if len({strand.fields[f] for strand in strands}) > 1]


def _panel_field(strands: Sequence[Strand]) -> str | None:
    """Return the field that gets panels: of many lines told apart by two fields the one with the fewest values."""
    varied = [f for f in _varied(strands) if f != "arm"]
    if len(strands) <= MOST_TOGETHER or len(varied) < 2:
        return None
    return min(reversed(varied), key=lambda f: len({strand.fields[f] for strand in strands}))


def _first_of_each(strands: Sequence[Strand], split: str | None) -> list[Strand]:
    """Return at most `MOST_LINES` strands a panel, in their order; what is too many, controls are dropped first."""
    taken: dict[Any, list[Strand]] = {}
    for strand in sorted(strands, key=lambda one: is_control(one.fields)):
        panel = taken.setdefault(strand.fields[split] if split else None, [])
        if len(panel) < MOST_LINES:
            panel.append(strand)
    kept = {id(strand) for panel in taken.values() for strand in panel}
    return [strand for strand in strands if id(strand) in kept]
