from hypothesis import given
from hypothesis import strategies as st

from scapa.model.memory import COPY, Runs, probe

TEXT = "the quick brown fox jumps over the lazy dog and the quick brown cat sleeps"


def test_runs_by_hand():
    runs = Runs([TEXT, "one two three four"])
    assert runs.longest("said: The QUICK, brown fox jumps! away") == 5
    assert runs.longest("the quick brown cat sleeps one two three") == 5  # not across two texts
    assert runs.longest("lazy quick") == 0
    assert runs.longest("") == 0


@given(st.lists(st.sampled_from("abc"), max_size=14), st.lists(st.sampled_from("abc"), max_size=14))
def test_longest_equals_brute_force(one, other):
    best = max(
        (n for n in range(3, 15) for i in range(len(one) - n + 1) for j in range(len(other) - n + 1)
         if one[i : i + n] == other[j : j + n]),
        default=0,
    )  # fmt: skip
    assert Runs([" ".join(other)]).longest(" ".join(one)) == best


def test_probe_counts_copies():
    training = " ".join(f"w{i}" for i in range(100))
    copied, near = " ".join(f"w{i}" for i in range(COPY)), " ".join(f"w{i}" for i in range(COPY - 1))
    found = probe([copied, near, "x y z"], [training], ["w1 w2 w3 w4 q"])
    assert (found.longest, found.baseline, found.samples) == (COPY, 4, 3)
    assert found.copying == 1 / 3
    assert (found.sampled_words, found.baseline_words) == (COPY + COPY - 1 + 3, 5)


def test_nothing_sampled():
    assert probe([], ["a b c"], []).longest == 0
