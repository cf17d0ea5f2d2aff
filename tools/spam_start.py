"""Make `src/scapa/judges/spam_start.npz`, the spam judge's model before anybody taught it.

It is trained on the invented messages beside this file (tools/spam_start/*.txt: language|genre|text), which belong to
Scapa and are under its licence. No mail of anybody is in it. Run `python tools/spam_start.py`; `--check` says whether
the shipped file is what this would make.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from scapa.judges.spam_model import START
from scapa.text.logistic import fit
from scapa.text.ngrams import BUCKETS, grams

FOLDER = Path(__file__).with_suffix("")
STEPS = 127


def messages(name: str) -> list[str]:
    """Return the texts of one class."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("|", 2)[2] for line in lines if line]


def quantised() -> tuple[np.ndarray, float]:
    """Return the weights as whole steps (int8) and the step."""
    spam, ham = messages("spam"), messages("ham")
    texts = spam + ham
    made = grams(texts, np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64))
    weights = fit(made, np.arange(len(texts)) < len(spam), np.zeros(BUCKETS + 1, np.float32))
    scale = float(np.abs(weights).max()) / STEPS
    return np.round(weights / scale).astype(np.int8), scale


def main(check: bool) -> int:
    """Write the file, or compare it with what would be written."""
    steps, scale = quantised()
    if check:
        with np.load(START) as stored:
            same = np.array_equal(stored["steps"], steps) and abs(float(stored["scale"]) - scale) < 1e-6
        print("the same" if same else "different")  # noqa: T201
        return 0 if same else 1
    np.savez_compressed(START, steps=steps, scale=np.float64(scale))
    print(f"{np.count_nonzero(steps):,} weights, {START.stat().st_size:,} bytes")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
