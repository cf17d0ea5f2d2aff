"""Phrase trees: every phrase is found from its first word on, whatever shares words with it."""

import pytest

from scapa.text.kernels import tokenise
from scapa.text.phrase_tree import begins, phrase_tree, step

PHRASES = [("read more", 0, 9), ("read", 1, 5), ("Read more here", 0, 7), ("続きを読む", 0, 3), ("read more", 0, 4)]


def mark(tree, text, use):
    node = 0
    for i, word in enumerate(tokenise([text]).hashes):
        if i == 0 and not begins(tree, word):
            return 0
        node = step(tree, node, word)
        if not node:
            return 0
    return tree.marks[node, use]


@pytest.mark.parametrize(
    ("text", "use", "expected"),
    [("READ more", 0, 4), ("read", 1, 5), ("read", 0, 0), ("read more here", 0, 7), ("続きを読む", 0, 3),
     ("more", 0, 0), ("read here", 0, 0), ("続きを", 0, 0), ("read more", 1, 0)],
)  # fmt: skip
def test_a_phrase_has_the_lowest_of_its_marks(text, use, expected):
    assert mark(phrase_tree(PHRASES, 2), text, use) == expected


def test_many_phrases_are_all_found():
    phrases = [(f"a{i} b{j} c", 0, 1 + i) for i in range(60) for j in range(60)]
    tree = phrase_tree(phrases, 1)
    assert all(mark(tree, text, 0) == expected for text, _, expected in phrases)


def test_a_phrase_without_a_word_is_refused():
    with pytest.raises(ValueError, match="no word"):
        phrase_tree([("©", 0, 1)], 1)
