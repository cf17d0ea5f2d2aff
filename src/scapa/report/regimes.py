"""Regimes in words for people: `name("filtered:0.9,0.05")` is "guard 90 %, 5 % lost".

The data keep the machine form (see `scapa.lab.regimes`), and the tables of figures show it beside these names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

SPACE = "\u00a0"
"""Between what a line must not break: a figure and its unit."""
_JOIN = ", "
_NUMBER = re.compile(r"\d+(\.\d+)?(e-?\d+)?")
_BIAS = re.compile(r"bias=(\d+(\.\d+)?)")

_FORMS: dict[tuple[str, int], Callable[..., list[str]]] = {
    ("replace", 0): lambda: ["replace"],
    ("accumulate", 0): lambda: ["accumulate"],
    ("accumulate-subsample", 0): lambda: ["acc.-subsample"],
    ("fixed", 0): lambda: ["same real items"],
    ("mix", 1): lambda real: [f"{_percent(real)} real"],
    ("fresh", 1): lambda items: [f"{items:,.0f}{SPACE}fresh real"],
    ("filtered", 2): lambda hit, lost: _guard(hit, lost) or ["no guard"],
    ("filtered", 3): lambda hit, lost, share: [*(_guard(hit, lost) or ["no guard"]), f"{_percent(share)} machine"],
    ("archive", 1): lambda share: ["archive", f"{_percent(share)} machine"],
    ("archive", 3): lambda share, hit, lost: [f"archive {_percent(share)}", *(_guard(hit, lost) or ["no guard"])],
}
"""What each kind says of its numbers, by how many there are."""


def kind(text: str) -> str:
    """Return a regime's kind: what stands before its numbers."""
    return re.split("[:,]", text)[0]


def guarded(text: str) -> bool:
    """Return whether a guard that catches anything stands before the regime's training set."""
    numbers, rate = _numbers(text), {"filtered": 0, "archive": 1}.get(kind(text))
    return rate is not None and len(numbers) > rate and numbers[rate] > 0


def name(text: str) -> str:
    """Return what the regime `text` is called; a form that is not known goes by the text itself."""
    numbers = _numbers(text)
    options = [_option(value) for value in _values(text) if not _NUMBER.fullmatch(value)]
    form = _FORMS.get((kind(text), len(numbers)))
    if form is None or not all(options):
        return text
    return _JOIN.join([*form(*numbers), *options])


def shared(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts that the names of all these regimes have in common, where each still has a part of its own."""
    parts = [name(text).split(_JOIN) for text in dict.fromkeys(texts)]
    common = tuple(part for part in parts[0] if all(part in others for others in parts)) if len(parts) > 1 else ()
    return common if all(set(own) - set(common) for own in parts) else ()


def names(texts: Iterable[str], without: Sequence[str] = ()) -> dict[str, str]:
    """Return a name for each of several regimes that are told apart, without the parts that are said elsewhere.

    Names round, and say no loss below one per cent: those that would be the same go by their texts.
    """
    known = list(dict.fromkeys(texts))
    short = {text: _JOIN.join(part for part in name(text).split(_JOIN) if part not in without) for text in known}
    found = Counter(short.values())
    return {text: said if found[said] == 1 else text for text, said in short.items()}


def _values(text: str) -> list[str]:
    return [value for value in re.split("[:,]", text)[1:] if value]


def _numbers(text: str) -> list[float]:
    return [float(value) for value in _values(text) if _NUMBER.fullmatch(value)]


def _guard(hit: float, lost: float) -> list[str]:
    """Return what a guard catches and loses, empty for none; hardly any loss needs no words."""
    caught = [f"guard {_percent(hit)}"] if hit else ["no guard"] if lost else []
    return caught + ([f"{_percent(lost)} lost"] if lost >= 0.01 else [])


def _option(value: str) -> str:
    """Return a suffix in words, empty if it is not known."""
    bias = _BIAS.fullmatch(value)
    if bias:
        return f"λ{SPACE}={SPACE}{float(bias[1]):g}".replace(f"{SPACE}0.", f"{SPACE}.")
    return "one by one" if value == "independent" else ""


def _percent(share: float) -> str:
    return f"{100 * share:.4g}{SPACE}%"
