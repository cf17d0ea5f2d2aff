"""Make src/scapa/text/unigrams.npz, the clean unigram prior, from the word lists of wordfreq (data frozen in 2021).

    pip install wordfreq && python tools/unigrams.py

A word's probability is its highest in any of the languages, so that a common word of any of them counts as common.
The table is a quantised extract under CC BY-SA 4.0, as its source: see unigrams.NOTICE beside it.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
from wordfreq import available_languages, get_frequency_dict, word_frequency

from scapa.text.prior import STEPS
from scapa.text.words import word_hash, words

OUT = Path(__file__).parents[1] / "src/scapa/text/unigrams.npz"
ENGLISH_FLOOR, OTHER_FLOOR, ELIDED_FLOOR = 5e-7, 4e-6, 4e-6
ELIDING = {
    "fr": "l d j m t s n c qu jusqu lorsqu puisqu",
    "it": "l un dell all dall nell sull d c",
    "ca": "l d m t s n",
}
SPACELESS = [*range(0x0E01, 0x0EFF), *range(0x1000, 0x109F), *range(0x1780, 0x17D3)]
SPACELESS_BITS = 6.0


def language(name: str) -> Counter[str]:
    """Return word → probability of one language under Scapa's tokenisation."""
    best = "large" if name == "en" else "small"
    found: Counter[str] = Counter()
    for word, p in get_frequency_dict(name, best).items():
        if "00" in word:  # wordfreq writes every longer number as zeros; numbers are added one by one below
            continue
        pieces = words(word)
        for piece in pieces:
            found[piece] += p
    return found


def characters(found: Counter[str]) -> Counter[str]:
    """Return what share each character has of the words of a language written without spaces."""
    total = sum(p for word, p in found.items() if len(word) == 1)
    return Counter({word: p / total for word, p in found.items() if len(word) == 1 and ord(word) > 0x2E80})


def elided(name: str, found: Counter[str]) -> dict[str, float]:
    """Return the probability of "l'amour" and its like, which wordfreq splits and Scapa doesn't."""
    vowels = {w: p for w, p in found.items() if w[0] in "aeiouhy" and len(w) > 1}
    total, made = sum(vowels.values()), {}
    for prefix in ELIDING[name].split():
        share = max(word_frequency(f"{prefix}'", name), found[prefix], 1e-4)
        made |= {f"{prefix}'{w}": share * p / total for w, p in vowels.items() if share * p / total > ELIDED_FLOOR}
    return made


def collect() -> dict[str, float]:
    """Return every word's highest probability in any language."""
    best: dict[str, float] = {}

    def add(found: dict[str, float], floor: float) -> None:
        for word, p in found.items():
            if p >= floor and p > best.get(word, 0.0):
                best[word] = min(p, 1.0)

    for name in sorted(available_languages("small")):
        found = language(name)
        if name in ("zh", "ja"):
            found = characters(found)
        add(found, ENGLISH_FLOOR if name in ("en", "zh", "ja") else OTHER_FLOOR)
        if name in ELIDING:
            add(elided(name, found), ELIDED_FLOOR)
    add({str(n): word_frequency(str(n), "en") for n in range(10_000)}, 1e-9)
    add({chr(c): 2.0**-SPACELESS_BITS for c in SPACELESS}, 0.0)
    return best


def main() -> None:
    """Write the table."""
    best = collect()
    short: dict[int, float] = {}
    for word, p in best.items():  # the few words that share their first 32 bits take the commoner one's probability
        key = word_hash(word) >> 32
        short[key] = max(p, short.get(key, 0.0))
    keys = np.array(sorted(short), np.uint32)
    bits = np.array([min(255, round(-math.log2(short[int(k)]) * STEPS)) for k in keys], np.uint8)
    gaps = np.diff(keys, prepend=np.uint32(0)).astype(np.uint32)
    planes = gaps.view(np.uint8).reshape(-1, 4).T.copy()  # byte planes compress; whole gaps don't
    np.savez_compressed(OUT, gaps=planes, bits=bits)
    print(f"{len(keys):,} words, {OUT.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
