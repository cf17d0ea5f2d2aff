"""What the paper and its successors set up, as presets of the experiments `gaussian`, `discrete` and `absorption`.

Other successors are experiments with presets of their own: `regression`, `ridge`, `kde`, `verifier`, `weighting`,
`two-states`. `PLOTS` are the pictures of a preset that differ from its experiment's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scapa.lab.experiment import Preset
from scapa.lab.oracles.discrete import temperature_limit
from scapa.lab.oracles.tails import power_law_support
from scapa.store.plot import Plot, Reference

_TEMPERATURES = (0.8, 1.25)
_LATER = 8
_ZIPF, _STATES, _SAMPLES = 2.0, 100_000, (100, 1_000, 10_000, 100_000, 1_000_000)

PRESETS: Mapping[str, Mapping[str, Preset]] = {
    "gaussian": {
        "figure-4": Preset(
            "what is left of the spread after a thousand refits, at four sizes",
            "arXiv 2305.17493, Fig. 4; the authors' estimator is ddof 0",
            {"ddofs": (0,), "sizes": (100, 500, 1_000, 10_000), "generations": 1_000, "chains": 2_000},
            quick=True,
        ),
        "accumulate": Preset(
            "all data pooled, and a fixed-size sample of the pool",
            "arXiv 2305.17493, supplement Fig. 4 and 5; arXiv 2404.01413",
            {
                "regimes": ("replace", "accumulate", "accumulate-subsample"),
                "sizes": (100,),
                "generations": 100,
                "chains": 150,
            },
            quick=True,
        ),
        "self-consuming": Preset(
            "sampling for quality instead of diversity: the variance falls as λ to the generation",
            "arXiv 2307.01850 (Alemohammad), fully synthetic loop",
            {
                "regimes": ("replace:bias=0.8", "replace:bias=0.9", "replace"),
                "ddofs": (1,),
                "sizes": (1_000,),
                "generations": 30,
            },
            quick=True,
        ),
        "fresh": Preset(
            "real data beside the machine's, new every time or the same: the error stays bounded",
            "arXiv 2307.01850 (Alemohammad), fresh and fixed data loops",
            {
                "regimes": ("replace", "fixed", "fresh:10", "fresh:50", "mix:0.1"),
                "ddofs": (0,),
                "sizes": (100,),
                "generations": 100,
            },
            quick=True,
        ),
    },
    "discrete": {
        "survival": Preset(
            "how many states survive, above Suresh's bound",
            "arXiv 2412.17646 (Suresh)",
            {"regimes": ("replace",), "sizes": (300, 3_000), "generations": 100, "chains": 100},
            quick=True,
        ),
        "kazdan": Preset(
            "replace, accumulate, and a fixed-size sample of what accumulated",
            "arXiv 2410.16713 (Kazdan)",
            {"regimes": ("replace", "accumulate", "accumulate-subsample"), "states": 100, "sizes": (500,)},
            quick=True,
        ),
        "detector": Preset(
            "where machine text is sampled cool, a detector that keeps it out prevents collapse, as far as it hits;"
            " text sampled honestly needs none: it carries the human text of earlier generations",
            "after arXiv 2502.15654 (Drayson)",
            {
                "regimes": (
                    "filtered:0,0,0.9,bias=0.8",
                    "filtered:0.9,0.05,0.9,bias=0.8",
                    "filtered:0.99,0.01,0.9,bias=0.8",
                    "filtered:0,0,0.9",
                ),
                "states": 100,
                "sizes": (500,),
            },
            quick=True,
        ),
        "zipf-tail": Preset(
            "the support that a sample of a power law leaves, by its size",
            "arXiv 2402.07043 (Dohmatob): cut-off at T^(1/β), its size Γ(1−1/β)(CT)^(1/β)",
            {
                "regimes": ("replace",),
                "arms": ("loop",),
                "states": _STATES,
                "zipf": _ZIPF,
                "sizes": _SAMPLES,
                "generations": 3,
                "chains": 60,
            },
            quick=True,
        ),
        "temperature": Preset(
            "sampled at a temperature with plenty of data: p_n ∝ p_0^(τ^(1−n))",
            "after arXiv 2404.02325 (Marchi)",
            {
                "regimes": tuple(f"replace:bias={t:g}" for t in _TEMPERATURES),
                "arms": ("loop",),
                "states": 20,
                "sizes": (10_000_000,),
                "generations": _LATER,
                "chains": 20,
            },
            quick=True,
        ),
    },
    "absorption": {
        "deltas": Preset(
            "resampling ends in one state, drawn with the first shares as its odds",
            "arXiv 2305.17493, §3.1: absorbed at deltas",
            {"size": 60, "chains": 20_000},
            quick=True,
        ),
    },
}


def _figure_4() -> tuple[Plot, ...]:
    """|1−σ| ≈ 1, .86, .63, .095, read off the figure to about .03: one less the *median* spread."""
    source = "arXiv 2305.17493, Fig. 4"
    seen = {100: 0.0, 500: 0.14, 1_000: 0.37, 10_000: 0.905}
    return (
        Plot(
            "sigma",
            "A thousand generations",
            "The fitted standard deviation, half of the chains below the line. The paper draws its distance from 1.",
            measure="sigma",
            series=("size",),
            where={"arm": "loop", "estimator": "ddof=0"},
            statistic="median",
            log_x=True,
            reference=tuple(Reference(1_000, max(0.0, s - 0.03), s + 0.03, source, str(m)) for m, s in seen.items()),
        ),
    )


def _self_consuming() -> tuple[Plot, ...]:
    return (
        Plot(
            "variance",
            "Sampling for quality",
            "The fitted variance when every generation samples with bias λ (narrower than its model). The first is"
            " fitted on real data.",
            measure="variance",
            series=("regime",),
            where={"arm": "loop"},
            log_y=True,
            formula="E[vₙ] = λⁿ⁻¹σ²",
        ),
    )


def _zipf_tail() -> tuple[Plot, ...]:
    mass = 1 / float((np.arange(1, _STATES + 1, dtype=float) ** -_ZIPF).sum())
    supports = ((items, power_law_support(items, _ZIPF, mass)) for items in _SAMPLES)
    return (
        Plot(
            "support",
            "Where the tail is cut off",
            "Different states in one sample of a power law, and what two more generations leave of them. The slope is"
            " 1/β: a hundred times the sample for ten times the support at β = 2.",
            measure="support",
            x="size",
            x_label="items in the sample, T",
            series=("generation",),
            where={"regime": "replace", "arm": "loop"},
            log_x=True,
            log_y=True,
            formula="Σ 1−(1−p)ᵀ ≈ Γ(1−1/β)(CT)^(1/β)",
            reference=tuple(Reference(t, s * 0.95, s * 1.05, "Γ(1−1/β)(CT)^(1/β) − ½", "1") for t, s in supports),
        ),
    )


def _temperature() -> tuple[Plot, ...]:
    ranks = np.arange(1, 21, dtype=float)
    points = []
    for temperature in _TEMPERATURES:
        for generation in range(1, _LATER + 1):
            p = temperature_limit(ranks**-1 / (ranks**-1).sum(), temperature, generation - 1)
            entropy = float(-(p * np.log(np.where(p > 0, p, 1))).sum())
            points.append(
                Reference(generation, entropy - 0.01, entropy + 0.01, "p₀^(τ^(1−n))", f"replace:bias={temperature:g}")
            )
    return (
        Plot(
            "entropy",
            "Temperature alone",
            "Entropy in nats when every generation but the first, which is fitted on real data, samples at temperature"
            " τ with so many items that chance hardly enters. Cool sampling ends in one state, hot in ln 20.",
            measure="entropy",
            series=("regime",),
            where={"arm": "loop"},
            formula="pₙ ∝ p₀^(τ^(1−n))",
            reference=tuple(points),
        ),
    )


PLOTS: Mapping[tuple[str, str], tuple[Plot, ...]] = {
    ("gaussian", "figure-4"): _figure_4(),
    ("gaussian", "self-consuming"): _self_consuming(),
    ("discrete", "zipf-tail"): _zipf_tail(),
    ("discrete", "temperature"): _temperature(),
}
