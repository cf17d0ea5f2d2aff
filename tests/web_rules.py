"""What the kernels of the web rules must count, in plain Python: slow, short, read off the published rules."""

from __future__ import annotations

import re
from collections import Counter

from scapa.text.classes import MARK, TERMINAL, classes
from scapa.text.pieces import pieces, sentences

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}
POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
_CITATION = re.compile(r"\[\d*\]|\[edit\]|\[citation needed\]")
# `str.lower` also makes letters of two that are not ASCII: those are left as they are.
_LOWER = str.maketrans({c: c.lower() for c in map(chr, range(128))})


def is_word(piece: str) -> bool:
    return not all(int(classes()[ord(c)]) & MARK for c in piece)


def repeated(parts: list[str]) -> tuple[int, int]:
    """Return how many parts equal an earlier one, and their characters."""
    again = [part for i, part in enumerate(parts) if part in set(parts[:i])]
    return len(again), sum(map(len, again))


def top(found: list[str], n: int) -> int:
    grams = [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]
    if not grams:
        return 0
    gram, times = Counter(grams).most_common(1)[0]
    return len(" ".join(gram)) * times


def duplicate(found: list[str], n: int) -> int:
    seen, total, i = set(), 0, 0
    while i + n <= len(found):
        gram = tuple(found[i : i + n])
        if gram in seen:
            total += len("".join(gram))
            i += n
        else:
            seen.add(gram)
            i += 1
    return total


def piece_counts(text: str) -> dict[str, int]:
    found, lines = pieces(text), text.splitlines()
    words = [piece for piece in found if is_word(piece)]
    return {
        "characters": len(text),
        "pieces": len(found),
        "words": len(words),
        "word_characters": sum(map(len, words)),
        "alphabetic": sum(any(c.isalpha() for c in piece) for piece in found),
        "hashes": text.count("#"),
        "ellipses": text.count("...") + text.count("…"),
        "lines": len(lines),
        "bullet_lines": sum(line.lstrip().startswith(("•", "-")) for line in lines),
        "ellipsis_lines": sum(line.rstrip().endswith(("...", "…")) for line in lines),
        "stop_words": len(STOP_WORDS & set(found)),
        **{f"top_{n}": top(found, n) for n in (2, 3, 4)},
        **{f"duplicate_{n}": duplicate(found, n) for n in range(5, 11)},
    }


def line_counts(text: str) -> dict[str, int]:
    lines, paragraphs = re.split("\n+", text) if text else [], re.split("\n{2,}", text.strip())
    filled = [line for line in text.split("\n") if line.strip()]
    again, parts = repeated(lines), repeated(paragraphs)
    return {
        "characters": len(text),
        "lines": len(lines),
        "duplicate_lines": again[0],
        "duplicate_line_characters": again[1],
        "paragraphs": len(paragraphs),
        "duplicate_paragraphs": parts[0],
        "duplicate_paragraph_characters": parts[1],
        "line_feeds": text.count("\n"),
        "filled_lines": len(filled),
        "ended_lines": sum(bool(int(classes()[ord(line[-1])]) & TERMINAL) for line in filled),
        "short_lines": sum(len(line) <= 30 for line in filled),
        "duplicate_filled_characters": repeated(filled)[1],
    }


def fate(line: str) -> tuple[str, bool, int]:
    """Return what C4 does with a line if its ending is right, whether it is, and its sentences."""
    words = line.split()
    bare = _CITATION.sub("", line.strip())
    ended = bare.endswith((".", "?", "!", '"', "'")) and not bare.endswith("...")
    lower, kind = bare.translate(_LOWER), "kept"
    if any(len(word) > 1_000 for word in words):
        kind = "long_word"
    elif len(words) < 3:
        kind = "few_word"
    elif "lorem ipsum" in lower:
        kind = "lorem"
    elif "javascript" in lower:
        kind = "javascript"
    elif "{" in bare:
        kind = "brace"
    elif any(policy in lower for policy in POLICIES):
        kind = "policy"
    return kind, ended, len(sentences(bare))


def kept_counts(text: str) -> dict[str, int]:
    fates = [fate(line) for line in text.splitlines() if line.strip()]
    kinds = Counter(kind for kind, _, _ in fates)
    ended = Counter(kind for kind, ended, _ in fates if ended)
    return {
        "lines": len(fates),
        "long_word_lines": kinds["long_word"],
        "few_word_lines": kinds["few_word"],
        "javascript_lines": kinds["javascript"],
        "policy_lines": kinds["policy"],
        "unended_lines": sum(kind != "long_word" and not end for kind, end, _ in fates),
        "kept_lines": ended["kept"],
        "sentences": sum(n for kind, end, n in fates if kind == "kept" and end),
        "lorem_lines": ended["lorem"],
        "brace_lines": ended["brace"],
        "kept_any": kinds["kept"],
        "sentences_any": sum(n for kind, _, n in fates if kind == "kept"),
        "lorem_any": kinds["lorem"],
        "brace_any": kinds["brace"],
    }
