"""A finished forecast as JSON and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scapa.lab.forecast.predicting import MEASURES
from scapa.store.run import LabRun, Row

HUMAN, BARE, GUARDED = "human", "archive", "archive guarded"


def summary(run: LabRun) -> dict[str, Any]:
    """Return what `scapa forecast --json` prints: of each measure and regime {value, low, high} by generation.

    `tail_mass` is the share of the tail's mass whose words are still written; its mean mass hardly changes.
    """
    settings = run.config["settings"]
    share = {"estimate": settings["share"], "low": settings["share_low"], "high": settings["share_high"]}
    found: dict[str, Any] = {
        "share": {key: settings["share"] if value is None else value for key, value in share.items()},
        "generations": settings["generations"],
        "words": run.rows[0].size,
        "guard": {"hit": settings["hit"], "false_alarm": settings["false_alarm"]},
    }
    names = {"tail_mass": "tail_kept"} | {measure: measure for measure in MEASURES if measure != "tail_kept"}
    return found | {name: _series(run, measure) for name, measure in names.items()} | {"run": str(run.folder)}


def lines(run: LabRun) -> Iterator[str]:
    """Yield the table and what it means in one sentence."""
    settings = run.config["settings"]
    last = settings["generations"]
    shown = sorted({1, 2, (last + 1) // 2, last} & set(range(1, last + 1)))
    yield "of the words that new human text of its length has 2 to 5 times, how many generation n still writes"
    yield f"{'':18}" + "".join(f"{f'n = {n}':>22}" for n in shown)
    for name in (HUMAN, GUARDED, BARE, "accumulate", "mix", "replace"):
        rows = {row.generation: row for row in run.select(estimator=name, measure="rare_coverage")}
        yield f"{_title(name):18}" + "".join(f"{_percent(rows[n]):>22}" for n in shown)
    yield _meaning(run, last)
    yield f"figures in {run.folder}"


def _meaning(run: LabRun, last: int) -> str:
    """Say in one sentence what the last generation has lost of the tail, against human text alone."""
    tail = {row.estimator: row.mean for row in run.select(measure="tail_kept", generation=last)}
    lost = {name: 1 - tail[name] / tail[HUMAN] for name in (BARE, GUARDED, "mix", "replace")}
    share = run.config["settings"]["share"]
    return (
        f"So, at {share:.0%} machine text and against human text alone, generation {last}: an archive that keeps all"
        f" loses {lost[BARE]:.1%} of the tail ({lost[GUARDED]:.1%} behind the guard), training on the newest mix only"
        f" loses {lost['mix']:.1%}, and on machine text only {lost['replace']:.1%}."
    )


def _title(name: str) -> str:
    return "human text alone" if name == HUMAN else name


def _percent(row: Row) -> str:
    return f"{row.mean:.1%} [{row.low:.1%}, {row.high:.1%}]"


def _series(run: LabRun, measure: str) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {}
    for row in run.select(measure=measure):
        found.setdefault(row.estimator, []).append({"value": row.mean, "low": row.low, "high": row.high})
    return found
