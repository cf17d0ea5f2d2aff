"""Overlap against plain Python sets of words, with hashes that collide on purpose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.kernels import Tokens, tokenise, utf8
from scapa.text.minhash import SHINGLE
from scapa.text.overlap import Words, contained, identify, join, similar
from scapa.text.words import words


def numbered(texts: list[str], weak: int | None = None) -> Words:
    """The words of texts; `weak` throws all hashes into so few values that they collide all the time."""
    data = utf8(texts)
    tokens = tokenise(data)
    if weak:
        tokens = Tokens(tokens.hashes % np.uint64(weak), *tokens[1:])
    return Words(identify(data, tokens), tokens.first)


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + SHINGLE]) for i in range(max(1, len(found) - SHINGLE + 1))} if found else set()


_WORDS = st.sampled_from(
    ["Ab", "aB", "ab", "é", "É", "e", "straße", "STRASSE", "don’t", "Don't", "x2", "中文", "ﬁ", "fi"]
)
_TEXTS = st.lists(st.lists(_WORDS, max_size=14).map(" ".join), min_size=1, max_size=6)


@settings(deadline=None)
@given(_TEXTS)
def test_ids_are_equal_for_equal_words_and_for_no_others(texts: list[str]) -> None:
    got = numbered(texts)
    spoken = [word for text in texts for word in words(text)]
    assert len(spoken) == len(got.ids)
    same = [[a == b for b in spoken] for a in spoken]
    assert (got.ids[:, None] == got.ids[None, :]).tolist() == same


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=14).map(" ".join), min_size=2, max_size=6))
def test_similarity_and_containment_are_those_of_sets(texts: list[str]) -> None:
    got = numbered(texts)
    left, right = np.divmod(np.arange(len(texts) ** 2), len(texts))
    sets = [runs(text) for text in texts]
    jaccard = [len(sets[a] & sets[b]) / max(1, len(sets[a] | sets[b])) for a, b in zip(left, right, strict=True)]
    within = [len(sets[a] & sets[b]) / max(1, len(sets[a])) for a, b in zip(left, right, strict=True)]
    assert similar(got, got, left, right).tolist() == pytest.approx(jaccard)
    assert contained(got, got, left, right).tolist() == pytest.approx(within)


def test_words_whose_hashes_collide_are_told_apart_by_their_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    from scapa.text import overlap

    monkeypatch.setattr(overlap, "word_hash", lambda word: hash_of(word) % 2)
    from scapa.text.words import word_hash as hash_of

    texts = ["the cat sat on the mat all day long", "one dog ran up a hill in very bad rain"]
    got = numbered(texts, weak=2)
    spoken = [word for text in texts for word in words(text)]
    assert (got.ids[:, None] == got.ids[None, :]).tolist() == [[a == b for b in spoken] for a in spoken]
    assert similar(got, got, np.array([0]), np.array([1])).tolist() == [0.0]


def test_join_compares_what_is_not_connected_yet_and_connects_what_is_near() -> None:
    texts = ["a b c d e f g", "A b c d e f g", "a b c d e f g h", "nothing of the kind here"]
    got, root = numbered(texts), np.arange(4)
    left, right = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    found, compared = join(got, np.arange(4), left, right, root, 0.7)
    assert compared.tolist() == [True, True, False, True]
    assert found.tolist() == [1.0, 0.75, 1.0, 0.0]
    assert root.tolist() == [0, 0, 0, 3]


def test_many_words_fill_the_table_anew() -> None:
    texts = [" ".join(f"w{i}" for i in range(9_000)), " ".join(f"w{i}" for i in range(4_000, 13_000))]
    got = numbered(texts)
    assert len(set(got.ids.tolist())) == 13_000
    shared, union = 5_000 - 4, 2 * (9_000 - 4) - (5_000 - 4)
    assert similar(got, got, np.array([0]), np.array([1])).tolist() == [shared / union]
