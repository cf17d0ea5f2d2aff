"""A tree of phrases, by the hashes of their words: what begins at a word is found by walking down from it.

tree = phrase_tree([("leave a comment", 3), ("privacy", 1)], uses=4)
tree.marks[node, use]      what the phrase that ends at a node means, by what it is used for; 0: none ends there
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import leaf
from scapa.text.kernels import tokenise

_BITS = 16
_TOP = np.uint64(64 - _BITS)
_STEP = np.uint64(0x9E3779B97F4A7C15)


class PhraseTree(NamedTuple):
    """Node 0 is the root. `gate` tells which words may begin a phrase; `parents`, `words` and `nodes` are a hash table
    with open addressing from a node and the hash of the next word to the next node (0: empty slot).
    """

    gate: NDArray[np.uint8]
    parents: NDArray[np.int32]
    words: NDArray[np.uint64]
    nodes: NDArray[np.int32]
    marks: NDArray[np.int16]


def phrase_tree(phrases: Sequence[tuple[str, int, int]], uses: int) -> PhraseTree:
    """Return the tree of (phrase, use, mark); of two marks for one phrase and use the lower one holds."""
    tokens = tokenise([phrase for phrase, _, _ in phrases])
    steps: dict[tuple[int, int], int] = {}
    marks: dict[tuple[int, int], int] = {}
    for i, (phrase, use, mark) in enumerate(phrases):
        node = 0
        for word in tokens.hashes[tokens.first[i] : tokens.first[i + 1]].tolist():
            node = steps.setdefault((node, word), len(steps) + 1)
        if not node:
            raise ValueError(f"no word in {phrase!r}")
        marks[node, use] = min(mark, marks.get((node, use), mark))
    return _packed(steps, marks, uses)


def _packed(steps: dict[tuple[int, int], int], marks: dict[tuple[int, int], int], uses: int) -> PhraseTree:
    size = 1 << max(4, (4 * len(steps)).bit_length())
    parents, words, nodes = np.zeros(size, np.int32), np.zeros(size, np.uint64), np.zeros(size, np.int32)
    gate = np.zeros(1 << _BITS, np.uint8)
    for (parent, word), node in steps.items():
        at = _slot_of(parent, word) & (size - 1)
        while nodes[at]:
            at = (at + 1) & (size - 1)
        parents[at], words[at], nodes[at] = parent, word, node
        if not parent:
            gate[word >> (64 - _BITS)] = 1
    table = np.zeros((len(steps) + 1, uses), np.int16)
    for (node, use), mark in marks.items():
        table[node, use] = mark
    return PhraseTree(gate, parents, words, nodes, table)


def _slot_of(parent: int, word: int) -> int:
    return word ^ (parent * int(_STEP) & (2**64 - 1))


@leaf
def begins(tree: Any, word: Any) -> Any:
    """Say whether a phrase may begin with this word."""
    return tree.gate[word >> _TOP] != 0


@leaf
def step(tree: Any, node: Any, word: Any) -> Any:
    """Return the node below `node` for this word; 0: there is none."""
    mask = np.uint64(len(tree.nodes) - 1)
    at = (word ^ (np.uint64(node) * _STEP)) & mask
    while tree.nodes[at]:
        if tree.parents[at] == node and tree.words[at] == word:
            return np.int64(tree.nodes[at])
        at = (at + np.uint64(1)) & mask
    return np.int64(0)
