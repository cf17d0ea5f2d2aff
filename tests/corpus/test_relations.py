from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.corpus.relations import components, threads, units


def naive(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """The smallest row of each component, by joining sets one pair at a time."""
    sets = [{n} for n in range(count)]
    first: dict[int, int] = {}
    for row, key in pairs:
        other = first.setdefault(key, row)
        joined = sets[row] | sets[other]
        for member in joined:
            sets[member] = joined
    return [min(members) for members in sets]


@settings(deadline=None)
@given(
    st.integers(1, 30).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, 20))))
    )
)
def test_components_are_those_of_joining_one_by_one(case):
    count, pairs = case
    row, key = (np.array([p[i] for p in pairs], np.int64) for i in (0, 1))
    assert components(count, row, key).tolist() == naive(count, pairs)


def test_a_chain_of_ten_thousand_is_one_component_in_few_rounds():
    n = 10_000
    order = np.random.default_rng(0).permutation(n)
    row = np.concatenate([order[:-1], order[1:]])
    key = np.concatenate([np.arange(n - 1)] * 2)
    assert set(components(n, row, key).tolist()) == {0}


def made(message_ids, references, conversations) -> list[int]:
    return threads(
        pa.array(message_ids, pa.string()),
        pa.array(references, pa.list_(pa.string())),
        pa.array(conversations, pa.string()),
    ).tolist()


def test_mail_is_joined_by_ids_also_through_messages_that_are_not_here():
    assert made(["a", "b", "c", "d"], [[], ["a"], ["x"], ["x"]], ["", "", "", ""]) == [0, 0, 2, 2]


def test_chat_is_joined_by_its_conversation_and_nothing_else():
    assert made(["", "", "", "k"], [[], [], [], []], ["k", "k", "", ""]) == [0, 0, 2, 3]


def test_missing_ids_join_nobody():
    assert made(["", "", None], [[], None, [""]], ["", None, ""]) == [0, 1, 2]


def test_units_hold_threads_and_clusters_whole():
    thread, cluster = np.array([0, 0, 2, 3, 4]), np.array([0, 1, 1, 3, 3])
    assert units(thread, cluster).tolist() == [0, 0, 0, 3, 3]
