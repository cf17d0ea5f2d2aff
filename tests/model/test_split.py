import random

import pytest
from made_documents import document

from scapa.errors import InputError
from scapa.model.split import split


def words(text):
    return len(text.split())


def mine(n, size=100, **more):
    return [document(f"d{i}", "w " * size, year=2000 + i, **more) for i in range(n)]


def ids(documents):
    return [d.id for d in documents]


def test_the_newest_is_held_out():
    found = split(mine(10), words, share=0.08, least=50)
    assert ids(found.heldout) == ["d9"]
    assert ids(found.train) == [f"d{i}" for i in range(9)]


def test_share_and_least_both_count():
    assert ids(split(mine(10), words, share=0.25, least=50).heldout) == ["d7", "d8", "d9"]
    assert ids(split(mine(10), words, share=0.01, least=150).heldout) == ["d8", "d9"]


def test_units_stay_whole():
    documents = [*mine(6), document("early", "w " * 100, year=1990, unit="d5")]
    found = split(documents, words, least=50)
    assert ids(found.heldout) == ["early", "d5"]


def test_order_does_not_matter():
    documents = [*mine(9), *(document(f"t{i}", "w " * 100, year=2008) for i in range(3))]
    shuffled = documents[:]
    random.Random(1).shuffle(shuffled)
    assert split(documents, words, least=50) == split(shuffled, words, least=50)


def test_undated_text_trains():
    found = split([*mine(3), document("undated", "w " * 100, year=None)], words, least=50)
    assert "undated" in ids(found.train)


def test_control_is_others_of_kind_and_era():
    others = [
        document("near", "x", "bob", "context", 2005),
        document("late", "x", "bob", "context", 2030),
        document("chat", "x", "bob", "context", 2005, kind="chat"),
        document("undated", "x", "bob", "context", None),
        document("quoted", "x", "ada", "context", 2005),
        document("in my thread", "x", "bob", "context", 2005, unit="d3"),
        document("empty", " ", "bob", "context", 2005),
    ]
    found = split([*mine(10), *others], words, least=50)
    assert ids(found.control) == ["near"]
    assert ids(found.general) == ["undated", "chat", "late"]
    assert found.notes == ()


def test_control_may_stand_in_for_general():
    others = [document(f"o{i}", "x", f"b{i}", "context", 2001 + i) for i in range(4)]
    found = split([*mine(10), *others], words, least=50)
    assert ids(found.control) == ["o0", "o2"]
    assert ids(found.general) == ["o1", "o3"]
    assert "stand in" in found.notes[0]


def test_no_others_is_said():
    found = split(mine(10), words, least=50)
    assert (found.control, found.general) == ((), ())
    assert "voice" in found.notes[0]


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        ([], "no document of yours"),
        ([document("a", "x", "bob", "context")], "no document of yours"),
        ([document("a", "[mail:0a1b2c] [mail:0a1b2c]"), document("b", " ")], "masked or empty"),
        ([document("a", "w " * 500), document("b", "w " * 500, unit="a")], "one document or thread"),
        (mine(2, size=60), "too few"),
        ([document("a", "w " * 100, year=2000), document("b", "w " * 500, year=2001)], "too few"),
    ],
)
def test_refusals(documents, why):
    with pytest.raises(InputError, match=why):
        split(documents, words, least=70)


class Counted(str):
    """A string that counts how often it is looked up."""

    __slots__ = ()
    lookups = 0

    def __hash__(self):
        Counted.lookups += 1
        return super().__hash__()

    __eq__ = str.__eq__


def test_the_work_grows_with_the_documents_not_with_their_square():
    def lookups(n):
        Counted.lookups = 0
        found = split(
            [document(f"d{i}", "one two", year=1900 + i / 100, unit=Counted(i)) for i in range(n)], len, least=2
        )
        assert len(found.heldout) == -(-n * 8 // 100)
        return Counted.lookups

    assert lookups(1_000) < 12 * lookups(100)
