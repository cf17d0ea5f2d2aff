"""Holders: which text holds another, found from the prints that a copied passage cannot avoid (see `passages`).

    held = holders(passages, cluster, words)
    held.elsewhere     float64[rows]   share of a text's own prints that an earlier row has, its own or quoted
    held.inside        int64[rows]     the longer text whose own words have most of the prints, at least half; or −1
    held.quoted        int64[rows]     the earliest text whose quotes have at least four fifths of them; or −1

A print that very many rows have leads to the first `CROWD` of them only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scapa.text.compiled import njit
from scapa.text.passages import Passages

CROWD = 32
HALF, MOST = 0.5, 0.8

_33, _1 = np.uint64(33), np.uint64(1)
_INDEX = (_1 << _33) - _1


class Held(NamedTuple):
    """See the module's text."""

    elsewhere: NDArray[np.float64]
    inside: NDArray[np.int64]
    quoted: NDArray[np.int64]


def holders(passages: Passages, cluster: NDArray[np.int64], words: NDArray[np.int64]) -> Held:
    """Return what holds each row, given its duplicate `cluster` (copies are no holders) and number of own `words`."""
    prints, first = passages
    # In one sort: 31 bits of the print, then its place, so that rows of a print stand in their order.
    order = (prints.astype(np.uint64) >> _1) << _33 | np.arange(len(prints), dtype=np.uint64)
    order.sort()
    row = np.repeat(np.arange(len(first) - 1), np.diff(first))
    return Held(*_holders(order, prints, first, row, cluster, words))


@njit
def _begins(order: Any) -> Any:
    """Return, for each place of a print, where in `order` the places of the same print begin; −1 if it is alone."""
    begins, begin = np.full(len(order), -1), 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and order[end] >> _33 == order[begin] >> _33:
            begins[order[end] & _INDEX] = begin
            end += 1
        if end - begin > 1:
            begins[order[begin] & _INDEX] = begin
        begin = end
    return begins


@njit
def _holders(order: Any, prints: Any, first: Any, row: Any, cluster: Any, words: Any) -> Any:
    rows = len(first) - 1
    begins = _begins(order)
    elsewhere, inside, quoted = np.zeros(rows), np.full(rows, -1), np.full(rows, -1)
    in_own, in_quotes, met = np.zeros(rows, np.int32), np.zeros(rows, np.int32), np.empty(rows, np.int64)
    for text in range(rows):
        own, earlier, count = 0, 0, 0
        for place in range(first[text], first[text + 1]):
            if prints[place] & 1 == 0:
                continue
            own += 1
            begin = begins[place]
            if begin < 0:
                continue
            earlier += row[order[begin] & _INDEX] < text
            for at in range(begin, min(begin + CROWD, len(order))):
                if order[at] >> _33 != order[begin] >> _33:
                    break
                other = np.int64(order[at] & _INDEX)
                holder = row[other]
                if cluster[holder] == cluster[text]:
                    continue
                if in_own[holder] + in_quotes[holder] == 0:
                    met[count] = holder
                    count += 1
                if prints[other] & 1:
                    in_own[holder] += 1
                else:
                    in_quotes[holder] += 1
        if own:
            elsewhere[text] = earlier / own
            inside[text], quoted[text] = _best(met[:count], in_own, in_quotes, own, words, text)
        for holder in met[:count]:
            in_own[holder], in_quotes[holder] = 0, 0
    return elsewhere, inside, quoted


@njit
def _best(met: Any, in_own: Any, in_quotes: Any, own: int, words: Any, text: int) -> Any:
    inside, quoted = -1, -1
    for holder in met:
        hits = in_own[holder]
        better = inside < 0 or hits > in_own[inside] or (hits == in_own[inside] and holder < inside)
        if hits >= HALF * own and words[holder] > words[text] and better:
            inside = holder
        quotes = in_quotes[holder]
        if hits + quotes >= MOST * own and quotes > hits and (quoted < 0 or holder < quoted):
            quoted = holder
    return inside, quoted
