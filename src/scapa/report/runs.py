"""Runs of the lab as `Recursion`s for the report: the newest of each experiment, the personal loop first.

Report and lab know nothing of each other; a run folder (`scapa.store.run`) is what they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from scapa.report.data import Arm, Kind, Measure, Recursion
from scapa.report.regimes import guarded, kind, names
from scapa.store.run import CHECKS, LabRun, Row, read_run

MEASURES = {
    "tail_mass": "What is left of the rare things, 1 being all of them.",
    "rare_coverage": "The share of rare words that still occur.",
    "missing_mass": "The share of the text that is words used once: the reserve of the unsaid.",
    "support": "How many different things are still said at all.",
    "loss": "Surprise at human text in nats a token; lower is better.",
    "sigma": "The spread that is left; 1 is the spread of the original.",
    "w2": "How far the whole has moved from the original (squared Wasserstein distance).",
    "entropy": "Variety in nats.",
    "tv": "Total variation distance to the original, 0 to 1.",
    "drift": "How far the distribution has drifted, squared, as a share of what it can.",
    "richness": "How many different words a year's text would have, if the model wrote it.",
}
"""The measures drawn, most telling first; the others stay in the run folder."""
PERSONAL = ("drift", "tv", "richness", "w2", "sigma")
"""What is drawn of the personal loop instead: measures that mean the same however much text has piled up."""
SUBJECTS = {"discrete": "Your words", "gaussian": "Your sentence lengths"}
LOOP = (
    "An archive that takes in machine text beside yours every year, and a model fitted to all of it: with the guard"
    " as it was measured, and without. The clean model never learns from the archive; where it moves furthest, mere"
    " dilution does more than recursion. "
)
TITLES = {
    "sigma": "spread σ", "w2": "distance W₂²", "tv": "distance to the original", "drift": "drift from the original",
    "richness": "different words in a year's text",
}  # fmt: skip
MOST_FIGURES, MOST_LINES = 3, 6
GUARDABLE = ("filtered", "archive")

PARTS = {
    "unguarded": "no guard",
    "guarded": "guard",
    "control": "human only",
    "clean": "clean model",
    "other": "other",
}

Key = tuple[str, str, str, str]
"""Regime, arm, size, estimator: what names a line."""


def read_runs(lab: Path) -> tuple[Recursion, ...]:
    """Return the newest finished run of every experiment below `lab`, those of the personal loop first.

    Runs on a release's own text are what a report is about: where there are any, the lab's other runs are left to
    its gallery. Unfinished runs are passed over. Raises `InputError` for a damaged one.
    """
    newest: dict[tuple[bool, str], Path] = {}
    finished = [file.parent for file in lab.glob(f"*/{CHECKS}")]
    for folder in sorted(finished, key=lambda f: ((f / CHECKS).stat().st_mtime_ns, f.name)):
        newest[_own(folder), _experiment(folder)] = folder
    own = any(mine for mine, _ in newest)
    runs = [read_run_folder(folder) for (mine, _), folder in sorted(newest.items()) if mine == own]
    drawn = [run for run in runs if run.measures]
    return tuple(sorted(drawn, key=lambda run: not any(a.kind == "guarded" for m in run.measures for a in m.arms)))


def read_run_folder(folder: Path) -> Recursion:
    """Return one run as it is drawn: up to three measures, the lines of one size side by side."""
    run = read_run(folder)
    personal = _personal(run.rows)
    rows, chosen = personal or (run.rows, tuple(MEASURES))
    measures = tuple(_measure(name, rows) for name in chosen if any(row.measure == name for row in rows))
    about = LOOP if personal else "An experiment of the lab against exact theory. "
    return Recursion(
        _title(run, personal=personal is not None),
        measures[:MOST_FIGURES],
        "the middle 90 % of seeds",
        run.checks,
        f"{about}Its run folder: {folder.name}.",
    )


def _title(run: LabRun, *, personal: bool) -> str:
    if personal and run.name in SUBJECTS:
        return f"{SUBJECTS[run.name]}, {run.generations:,} years on"
    return f"{run.name}, {run.generations:,} generations"


def _personal(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[str]] | None:
    """Of a run that sets a guard beside its absence keep just that comparison: one archive without and one with the
    guard, the same text from a clean model, and people only. None for any other run.
    """
    kinds = {(row.regime, row.arm): _kind(row.regime, row.arm) for row in rows}
    bare = next((r for (r, _), kind in kinds.items() if kind == "unguarded" and r.startswith(GUARDABLE)), None)
    guarded = next((r for (r, _), kind in kinds.items() if kind == "guarded"), None)
    if bare is None or guarded is None:
        return None
    people = "accumulate" if bare.startswith("archive") else "replace"  # the names of these regimes' controls
    wanted = {(bare, "loop"), (bare, "first"), (guarded, "loop"), (people, "control")}
    return [row for row in rows if (row.regime, row.arm) in wanted], PERSONAL


def _measure(name: str, rows: Sequence[Row]) -> Measure:
    lines = _lines(row for row in rows if row.measure == name)
    shown = dict(list(_side_by_side(lines).items())[:MOST_LINES])
    exact = any(row.theory is not None for found in shown.values() for row in found)
    about = MEASURES[name]
    if len(lines) > len(shown):
        about += f" {len(shown)} of {len(lines)} lines are drawn."
    names = _names(list(shown))
    arms = tuple(_arm(names[key], key, found, exact) for key, found in shown.items())
    return Measure(
        TITLES.get(name, name.replace("_", " ")), about, arms, log=False, centre="mean" if exact else "median"
    )


def _lines(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    lines: dict[Key, list[Row]] = {}
    for row in rows:
        lines.setdefault((row.regime, row.arm, str(row.size), row.estimator), []).append(row)
    return {key: sorted(found, key=lambda row: row.generation) for key, found in lines.items()}


def _side_by_side(lines: dict[Key, list[Row]]) -> dict[Key, list[Row]]:
    """Several regimes are compared at the first size, one regime over its sizes; each by the first estimator it has."""
    first = next(iter(lines))
    alike = {key[0] for key in lines} == {first[0]}
    sized = {key: found for key, found in lines.items() if alike or key[2] == first[2]}
    estimators: dict[tuple[str, ...], str] = {}
    for regime, arm, size, estimator in sized:
        estimators.setdefault((regime, arm, size), estimator)
    return {key: found for key, found in sized.items() if key[3] == estimators[key[:3]]}


def _names(keys: Sequence[Key]) -> dict[Key, str]:
    """Name each line by its part where a guard is among them, else by what tells it from the others."""
    kinds = [_kind(key[0], key[1]) for key in keys]
    if "guarded" in kinds and len(set(kinds)) == len(kinds):
        return {key: PARTS[kind] for key, kind in zip(keys, kinds, strict=True)}
    single = sum(kind == "control" for kind in kinds) == 1
    return {key: PARTS["control"] if single and key[1] == "control" else _telling(key, keys) for key in keys}


def _telling(key: Key, keys: Sequence[Key]) -> str:
    called = names(k[0] for k in keys)
    words = {k: (called[k[0]], PARTS[_kind(k[0], k[1])] if k[1] != "loop" else "", f"M = {int(k[2]):,}") for k in keys}
    places = [i for i in range(3) if len({said[i] for said in words.values()}) > 1]
    return ", ".join(words[key][i] for i in places or [0] if words[key][i]) or called[key[0]]


def _arm(name: str, key: Key, rows: Sequence[Row], exact: bool) -> Arm:
    theory = [row.theory for row in rows if row.theory is not None]
    return Arm(
        name,
        _kind(key[0], key[1]),
        tuple(float(row.generation) for row in rows),
        tuple(row.mean if exact else row.median for row in rows),
        tuple(row.low for row in rows),
        tuple(row.high for row in rows),
        tuple(theory) if len(theory) == len(rows) else (),
    )


def _kind(regime: str, arm: str) -> Kind:
    """Who is who: the control learns from people only; `first` is the same text from a clean model."""
    if arm in ("control", "first"):
        return "control" if arm == "control" else "clean"
    if kind(regime) in GUARDABLE:
        return "guarded" if guarded(regime) else "unguarded"
    return "unguarded" if kind(regime) == "replace" else "other"


def _own(folder: Path) -> bool:
    """Return whether a run was set up from somebody's data: its settings then hold a digest of them."""
    return any(isinstance(value, dict) and "blake2b" in value for value in read_run(folder).config["settings"].values())


def _experiment(folder: Path) -> str:
    return folder.name.rpartition("-")[0] or folder.name
