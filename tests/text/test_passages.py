"""Prints: what stands whole in a longer text has all its prints there, whatever surrounds it."""

from random import Random

import numpy as np
import pytest

from scapa.text.holders import holders
from scapa.text.kernels import tokenise
from scapa.text.passages import LEAST, WINDOW, Passages, choose


def prose(seed: int, length: int) -> str:
    rng = Random(seed)
    return " ".join(f"w{rng.randrange(3_000)}" for _ in range(length))


def made(texts: list[str], quoted: dict[int, tuple[int, int]] | None = None) -> Passages:
    """The prints of texts; `quoted` gives words (from, to) of a text that are not its own."""
    tokens = tokenise(texts)
    own = np.ones(len(tokens.hashes), bool)
    for text, (low, high) in (quoted or {}).items():
        own[tokens.first[text] + low : tokens.first[text] + high] = False
    return choose(tokens.hashes, tokens.first, own)


def of(passages: Passages, text: int) -> set[int]:
    return set(passages.prints[passages.first[text] : passages.first[text + 1]].tolist())


def test_a_contained_text_has_all_its_prints_in_the_longer_one() -> None:
    for seed, length in enumerate(range(LEAST, 200, 7)):
        inner = prose(seed, length)
        got = made([inner, f"{prose(1_000 + seed, 40)} {inner} {prose(2_000 + seed, 40)}"])
        assert of(got, 0)
        assert of(got, 0) <= of(got, 1)


def test_of_every_window_one_is_chosen_and_few_are() -> None:
    length = 5_000
    got = made([prose(1, length)])
    assert length / WINDOW <= len(of(got, 0)) <= 2.5 * length / WINDOW


def test_short_texts_have_none() -> None:
    assert np.diff(made([prose(1, LEAST - 1), "", prose(2, LEAST)]).first).tolist() == [0, 0, 1]


def test_prints_are_own_only_if_all_their_words_are() -> None:
    got = made([prose(1, 100), prose(1, 100), prose(1, 100)], {1: (0, 100), 2: (0, 50)})
    assert of(got, 0) == {print_ | 1 for print_ in of(got, 1)}
    assert all(print_ % 2 == 0 for print_ in of(got, 1))
    assert 0 < sum(print_ % 2 for print_ in of(got, 2)) < len(of(got, 2))


def held(texts: list[str], quoted: dict[int, tuple[int, int]] | None = None) -> tuple[list, list, list]:
    words = np.array([len(text.split()) for text in texts])
    for text, (low, high) in (quoted or {}).items():
        words[text] -= high - low
    found = holders(made(texts, quoted), np.arange(len(texts)), words)
    return found.elsewhere.tolist(), found.inside.tolist(), found.quoted.tolist()


def test_a_post_within_a_longer_post_is_found_whichever_is_earlier() -> None:
    inner, longer = prose(1, 80), f"{prose(2, 90)} {prose(1, 80)} {prose(3, 10)}"
    elsewhere, inside, quoted = held([inner, longer, prose(4, 300)])
    assert (inside, quoted) == ([1, -1, -1], [-1, -1, -1])
    assert elsewhere[0] == elsewhere[2] == 0
    assert 0.3 < elsewhere[1] < 0.6, "the longer one repeats what was said before"
    elsewhere, inside, _ = held([longer, inner, prose(4, 300)])
    assert (elsewhere, inside) == ([0, 1, 0], [-1, 0, -1])


def test_a_quote_of_an_earlier_mail_is_no_container_but_is_named() -> None:
    mail, reply = prose(1, 80), f"{prose(1, 80)} {prose(2, 60)}"
    elsewhere, inside, quoted = held([mail, reply], {1: (0, 80)})
    assert (elsewhere, inside, quoted) == ([0, 0], [-1, -1], [1, -1])


def test_the_same_words_as_an_earlier_quote_are_elsewhere() -> None:
    reply, mail = f"{prose(1, 80)} {prose(2, 60)}", prose(1, 80)
    elsewhere, _, quoted = held([reply, mail], {0: (0, 80)})
    assert (elsewhere, quoted) == ([0, 1], [-1, 0])


def test_copies_are_no_containers() -> None:
    texts = [prose(1, 80), f"{prose(1, 80)} and more"]
    found = holders(made(texts), np.zeros(2, np.int64), np.array([80, 82]))
    assert found.inside.tolist() == [-1, -1]


@pytest.mark.parametrize("count", [10, 500])
def test_a_footer_that_everyone_has_makes_nobody_a_container(count: int) -> None:
    texts = [f"{prose(n, 60)} {prose(9_999, 25)}" for n in range(count)]
    elsewhere, inside, quoted = held(texts)
    assert set(inside) == set(quoted) == {-1}
    assert max(elsewhere) < 0.6
