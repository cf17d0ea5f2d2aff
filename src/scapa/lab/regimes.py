"""Regimes as data: what each generation is fitted on. `parse("mix:0.1")`, `str(regime)` gives the same text back.

    replace                      only what the last generation wrote
    accumulate                   all generations so far, the real data included
    accumulate-subsample         a fixed-size sample of all so far
    mix:γ                        a share γ of new real items each generation, the rest machine
    fresh:n                      n new real items beside the machine ones
    fixed                        the same M real items beside M machine ones, every generation
    filtered:hit,false_alarm[,share]   a guard before `mix`: see below
    archive:share[,hit,false_alarm]    a personal archive: the same stream, and everything let in stays for ever

In `filtered` and `archive` the size M counts *human* items: every generation brings M human items and M·s/(1−s)
machine ones (machine share s). A guard loses each machine item with probability `hit` and each human item with
probability `false_alarm`, whatever the item says; `archive:0.6` has no guard.
A suffix `,bias=λ` samples with bias: variance λσ² (Gaussian) or temperature λ (discrete). A suffix `,independent`
draws the real items of `mix` one by one instead of a fixed number.

The process is p_(i+1) = α·p_θ(i+1) + β·p_i + γ·p_0 of Shumailov et al. (arXiv 2305.17493, §3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scapa.errors import UsageError

Kind = Literal["replace", "accumulate", "accumulate-subsample", "mix", "fresh", "fixed", "filtered", "archive"]
Arm = Literal["loop", "first", "control"]
Ints = NDArray[np.int64]

LEAST_BIAS, MOST_FRESH = 0.01, 10**9
_SHAPES: dict[str, tuple[tuple[str, ...], ...]] = {
    "replace": ((),),
    "accumulate": ((),),
    "accumulate-subsample": ((),),
    "mix": (("real",),),
    "fresh": (("fresh",),),
    "fixed": ((),),
    "filtered": (("hit", "false_alarm"), ("hit", "false_alarm", "share")),
    "archive": (("share",), ("share", "hit", "false_alarm")),
}


@dataclass(frozen=True, slots=True)
class Regime:
    """One regime. Shares and rates lie in [0, 1]; `bias` is λ > 0, 1 for none."""

    kind: Kind
    real: float = 0.0
    fresh: int = 0
    hit: float = 0.0
    false_alarm: float = 0.0
    share: float = 0.5
    bias: float = 1.0
    independent: bool = False

    def __post_init__(self) -> None:
        if self.kind not in _SHAPES:
            raise UsageError(f"no regime called {self.kind!r}", next=f"there are: {', '.join(_SHAPES)}")
        for name in ("real", "hit", "false_alarm"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} must lie in [0, 1], not {getattr(self, name)}", where=self.kind)
        if not 0 <= self.share < 1:
            raise UsageError(f"the machine share must lie in [0, 1), not {self.share}", where=self.kind)
        if not 0 <= self.fresh <= MOST_FRESH:
            raise UsageError(f"fresh must lie between 0 and {MOST_FRESH:,}, not {self.fresh}", where=self.kind)
        if not LEAST_BIAS <= self.bias <= 1 / LEAST_BIAS:
            raise UsageError(
                f"bias must lie between {LEAST_BIAS} and {1 / LEAST_BIAS:g}, not {self.bias}", where=self.kind
            )

    @property
    def keeps_all(self) -> bool:
        """Whether what a generation was fitted on stays for the next ones."""
        return self.kind in ("accumulate", "accumulate-subsample", "archive")

    @property
    def keeps_first(self) -> bool:
        """Whether the real items of generation 1, and only they, stay for the next ones."""
        return self.kind == "fixed"

    @property
    def subsamples(self) -> bool:
        """Whether a generation is fitted on a sample of fixed size instead of on all it has."""
        return self.kind == "accumulate-subsample"

    @property
    def guarded(self) -> bool:
        """Whether a guard stands before the training set."""
        return self.hit > 0 or self.false_alarm > 0

    def for_arm(self, arm: Arm) -> Regime:
        """Return the regime that `arm` runs.

        A control sees what of a regime's items is real, which is the same for many regimes: M new items a generation
        (named `replace`), all of them so far (`accumulate`: an archive's, too), or n after the first M (`fresh:n`).
        """
        if arm != "control":
            return self
        if self.kind == "fresh":
            return replace(self, bias=1.0)
        return Regime("accumulate" if self.kind in ("accumulate", "archive") else "replace")

    def __str__(self) -> str:
        shape = _SHAPES[self.kind][0]
        if self.kind == "archive" and self.guarded:
            shape = ("share", "hit", "false_alarm")
        if self.kind == "filtered" and self.share != 0.5:
            shape = ("hit", "false_alarm", "share")
        parts = [f"{getattr(self, name):.12g}" for name in shape]
        parts += [f"bias={self.bias:.12g}"] if self.bias != 1 else []
        parts += ["independent"] if self.independent else []
        return self.kind + (":" + ",".join(parts) if parts else "")


@dataclass(frozen=True, slots=True)
class Intake:
    """How many new items enter one generation's training set, human and machine; one number a chain."""

    human: Ints
    machine: Ints


def parse(text: str) -> Regime:
    """Return the regime that `text` names; raises `UsageError` saying what is wrong with it."""
    kind, _, rest = text.strip().partition(":")
    if kind not in _SHAPES:
        raise UsageError(f"no regime called {kind!r}", next=f"there are: {', '.join(_SHAPES)}")
    options = [part.strip() for part in rest.split(",") if part.strip()]
    values: dict[str, float | int | bool] = {}
    if "independent" in options and kind != "mix":
        raise UsageError(f"{text!r}: only mix draws its real items independently", where="regime")
    positional = [part for part in options if part != "independent" and "=" not in part]
    shapes = _SHAPES[kind]
    shape = next((names for names in shapes if len(names) == len(positional)), None)
    if shape is None:
        forms = " or ".join(f"{kind}:{','.join(names)}" if names else kind for names in shapes)
        raise UsageError(f"{text!r} has the wrong number of values", where="regime", next=f"write {forms}")
    for name, value in [*zip(shape, positional, strict=True), *_named(options)]:
        values[name] = _number(name, value, text)
    if "independent" in options:
        values["independent"] = True
    return Regime(kind=kind, **values)  # type: ignore[arg-type]


def intake(regime: Regime, arm: Arm, generation: int, size: int, chains: int, rng: np.random.Generator) -> Intake:
    """Return what enters generation `generation` (1 is the fit on real data: `size` human items, no machine).

    Arms: `loop` (machine items by the last generation), `first` (the same numbers, by generation 1 always: dilution
    without recursion), `control` (real only: where human items flow beside machine ones, in `fresh`, `filtered` and
    `archive`, the same human items alone and unguarded, an *equal-human* control; else `size` real, *equal-size*).
    """
    if generation == 1 or arm == "control":
        human = regime.fresh if generation > 1 and regime.kind == "fresh" else size
        return Intake(_full(chains, human), _full(chains, 0))
    if regime.kind == "mix":
        real = rng.binomial(size, regime.real, chains) if regime.independent else _full(chains, size * regime.real)
        return Intake(real, size - real)
    if regime.kind in ("filtered", "archive"):
        machine = round(size * regime.share / (1 - regime.share))
        kept_human = rng.binomial(size, 1 - regime.false_alarm, chains)
        return Intake(kept_human, rng.binomial(machine, 1 - regime.hit, chains))
    return Intake(_full(chains, regime.fresh), _full(chains, size))


@lru_cache(maxsize=64)
def _full(chains: int, value: float) -> Ints:
    """The same number for every chain; made once, for most regimes ask for it every generation."""
    sizes = np.full(chains, round(value), dtype=np.int64)
    sizes.flags.writeable = False
    return sizes


def _named(options: list[str]) -> list[tuple[str, str]]:
    pairs = [part.split("=", 1) for part in options if "=" in part]
    unknown = [name for name, _ in pairs if name.strip() != "bias"]
    if unknown:
        raise UsageError(f"unknown option {unknown[0]!r}", where="regime", next="there are bias=λ and independent")
    return [(name.strip(), value.strip()) for name, value in pairs]


def _number(name: str, value: str, text: str) -> float | int:
    try:
        return int(value) if name == "fresh" else float(value)
    except ValueError:
        raise UsageError(f"{text!r}: {name} must be a number, not {value!r}", where="regime") from None
