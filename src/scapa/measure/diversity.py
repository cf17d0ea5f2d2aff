"""How much texts repeat themselves and each other: distinct-n and Self-BLEU over blocks of token ids.

Blocks are an integer array (blocks, length), all of one length. Both gauges depend on how much text there is: compare
only at equal numbers of blocks, of equal length, with equal references. They see mode collapse, not lost tails
(`scapa.measure.tails`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scapa.errors import UsageError
from scapa.measure import tails

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOTHING = 0.1
"""What stands for a count of no matching n-grams (smoothing 1 of Chen & Cherry 2014), so that logarithms exist."""


def as_blocks(blocks: ArrayLike) -> Ints:
    """Return the blocks as int64 of shape (blocks, length); raises `UsageError` for any other shape or type."""
    tokens = np.asarray(blocks)
    if tokens.ndim != 2 or not np.issubdtype(tokens.dtype, np.integer):
        raise UsageError(f"blocks of token ids are a table of whole numbers, not {tokens.dtype} of {tokens.shape}")
    return tokens.astype(np.int64)


def ngrams(blocks: ArrayLike, n: int) -> Ints:
    """Return the n-gram that starts at each place as a number from 0 on, shape (blocks, length − n + 1).

    Equal n-grams have equal numbers. No n-gram crosses from one block into the next.
    """
    tokens = _numbered(as_blocks(blocks))
    if not 1 <= n <= tokens.shape[1]:
        raise UsageError(f"blocks of {tokens.shape[1]} tokens have no {n}-grams")
    found, width = tokens, int(tokens.max(initial=0)) + 1
    for step in range(1, n):
        found = _numbered(found[:, :-1] * width + tokens[:, step:])
    return found


def distinct_n(blocks: ArrayLike, n: int) -> float:
    """Return distinct-n (Li et al. 2016): different n-grams over all n-grams. It falls as text is added."""
    return tails.distinct(np.bincount(ngrams(blocks, n).ravel()))


def self_bleu(blocks: ArrayLike, rng: np.random.Generator, *, references: int = 200, order: int = 4) -> float:
    """Return the mean BLEU of a block against `references` others (Zhu et al. 2018): 1 if all are one, 0 if disjoint.

    BLEU (Papineni et al. 2002) of up to `order`-grams with equal weights; the brevity penalty is 1, since all blocks
    are of one length. The blocks are dealt at random into groups of `references` + 1, and every block is held
    against the rest of its group, which takes time in proportion to the number of blocks, not to its square.
    Raises `UsageError` if there are fewer blocks than that: Self-BLEU grows with the references.
    """
    tokens = as_blocks(blocks)
    group = references + 1
    if references < 1 or len(tokens) < group:
        raise UsageError(f"Self-BLEU against {references} others needs {group} blocks", next="use fewer references")
    if not 1 <= order <= tokens.shape[1]:
        raise UsageError(f"blocks of {tokens.shape[1]} tokens have no {order}-grams")
    dealt = rng.permutation(len(tokens))[: len(tokens) // group * group].reshape(-1, group)
    return float(np.mean([_bleu_of_each(tokens[members], order) for members in dealt]))


def _bleu_of_each(group: Ints, order: int) -> Floats:
    logs, alike = np.zeros(len(group)), np.ones(len(group), dtype=bool)
    for n in range(1, order + 1):
        found = ngrams(group, n)
        matched = _matched(found)
        alike &= (matched > 0) | (n > 1)
        logs += np.log(np.where(matched > 0, matched, NOTHING) / found.shape[1])
    return np.where(alike, np.exp(logs / order), 0.0)


def _matched(found: Ints) -> Floats:
    """Return how many n-grams of each block are matched, each at most as often as some one other block has it.

    That most comes from the two highest counts of the n-gram: the second one where the block holds the first itself.
    """
    block, gram, count = _tally(found)
    ranked = np.lexsort((-count, gram))
    first = np.flatnonzero(np.diff(gram[ranked], prepend=-1))
    after = np.minimum(first + 1, len(ranked) - 1)
    second = np.where((gram[ranked][after] == gram[ranked][first]) & (after > first), count[ranked][after], 0)
    most = np.where(block[ranked][first][gram] == block, second[gram], count[ranked][first][gram])
    return np.bincount(block, weights=np.minimum(count, most), minlength=len(found)).astype(np.float64)


def _tally(found: Ints) -> tuple[Ints, Ints, Ints]:
    width = int(found.max()) + 1
    keys, count = np.unique(found + width * np.arange(len(found))[:, None], return_counts=True)
    block, gram = np.divmod(keys, width)
    return block, gram, count


def _numbered(values: Ints) -> Ints:
    return np.unique(values, return_inverse=True)[1].reshape(values.shape).astype(np.int64)
