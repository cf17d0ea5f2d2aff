"""What each of the eight definitions of "model collapse" says of a run, line by line; never one word for all of them.

An experiment's `roles` name its measures by what they are in those definitions (see `scapa.measure.trajectories`):
`{"risk": "loss", "tail": "rare_coverage", …}`. The figures are those of single seeds, kept in the run's table `seeds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scapa.lab.regimes import parse
from scapa.measure.collapse import definitions
from scapa.measure.trajectories import Scaling, Trajectories

Floats = NDArray[np.float64]
Seeds = Sequence[Mapping[str, Any]]
Key = tuple[str, str, int, str, float | None]


def answers(found: Seeds, roles: Mapping[str, str], useless_risk: float | None = None) -> list[dict[str, Any]]:
    """Return eight answers for every line of the arm `loop`: the rows of the run's table `definitions`.

    Generation 0, the real data themselves, is no model's and takes no part.
    """
    lines: dict[Key, list[Mapping[str, Any]]] = {}
    for seed in (seed for seed in found if seed["generation"] > 0 and seed["measure"] in roles.values()):
        lines.setdefault((seed["regime"], seed["arm"], seed["size"], seed["estimator"], seed["at"]), []).append(seed)
    lines = {key: _together(of) for key, of in lines.items()}
    risks = {key: _values(of, roles["risk"]) for key, of in lines.items()} if "risk" in roles else {}
    return [
        {"regime": key[0], "arm": key[1], "size": key[2], "estimator": key[3], "at": key[4], **answer}
        for key, of in lines.items()
        if key[1] == "loop"
        for answer in _of_line(key, of, roles, risks, useless_risk)
    ]


def _of_line(
    key: Key,
    found: Seeds,
    roles: Mapping[str, str],
    risks: Mapping[Key, Floats | None],
    useless_risk: float | None,
) -> Iterator[dict[str, Any]]:
    generations = tuple(sorted({seed["generation"] for seed in found}))
    if len(generations) < 2:
        return
    arrays = {role: _values(found, measure) for role, measure in roles.items()}
    control = risks.get(_control(key))
    risk = arrays.get("risk")
    alike = control is not None and risk is not None and control.shape == risk.shape
    trajectories = Trajectories(
        generations,
        **arrays,
        control_risk=control if alike else None,
        useless_risk=useless_risk,
        scaling=_scaling(key, risks),
    )
    for verdict in definitions(trajectories):
        figure = verdict.figure
        yield {
            "definition": verdict.rule.name,
            "meaning": verdict.rule.meaning,
            "figure": verdict.rule.figure,
            "answer": verdict.answer,
            "estimate": figure.estimate if figure else None,
            "low": figure.low if figure else None,
            "high": figure.high if figure else None,
            "why": verdict.why,
        }


def _together(found: Seeds) -> list[Mapping[str, Any]]:
    """Return the figures of those generations at which every measure of the line was taken: dear ones are rarer."""
    taken: dict[str, set[int]] = {}
    for seed in found:
        taken.setdefault(seed["measure"], set()).add(seed["generation"])
    common = set.intersection(*taken.values())
    return [seed for seed in found if seed["generation"] in common]


def _scaling(key: Key, risks: Mapping[Key, Floats | None]) -> Scaling | None:
    """Return the last generation's risk by size, loop against control, where three sizes of the same line were run."""
    sizes = sorted({other[2] for other in risks if (other[0], *other[3:]) == (key[0], *key[3:])})
    loop = [risks.get((key[0], "loop", size, *key[3:])) for size in sizes]
    real = [risks.get(_control((*key[:2], size, *key[3:]))) for size in sizes]
    if len(sizes) < 3:
        return None
    known = [array[:, -1] for array in (*loop, *real) if array is not None]
    if len(known) < 2 * len(sizes) or len({len(values) for values in known}) > 1 or min(map(np.min, known)) <= 0:
        return None
    half = len(sizes)
    return Scaling(np.array(sizes, dtype=float), np.stack(known[half:], axis=1), np.stack(known[:half], axis=1))


def _control(key: Key) -> Key:
    """Return the line of real data only that goes with a regime's."""
    return str(parse(key[0]).for_arm("control")), "control", *key[2:]


def _values(found: Seeds, measure: str) -> Floats | None:
    """Return the figures of one measure, shape (seeds, generations); None where it is missing or not finite."""
    of = {(seed["seed"], seed["generation"]): seed["value"] for seed in found if seed["measure"] == measure}
    numbers, generations = sorted({seed for seed, _ in of}), sorted({generation for _, generation in of})
    if not of or len(of) < len(numbers) * len(generations):
        return None
    values = np.array([[of[number, generation] for generation in generations] for number in numbers], dtype=float)
    return values if np.isfinite(values).all() else None
