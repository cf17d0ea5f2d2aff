"""Shapes: equal for one template with other names and numbers, unlike for other words."""

from random import Random

import numpy as np

from scapa.text.clusters import alike
from scapa.text.kernels import tokenise, utf8
from scapa.text.shapes import EDGE, LEAST, PLACES, shape


def made(texts: list[str]) -> np.ndarray:
    data = utf8(texts)
    tokens = tokenise(data)
    return shape(data, tokens, np.ones(len(tokens.hashes), bool)).bins


def frame(text: str) -> list[int]:
    data = utf8([text])
    tokens = tokenise(data)
    return shape(data, tokens, np.ones(len(tokens.hashes), bool)).frames.tolist()


def likeness(*texts: str) -> float:
    got = made(list(texts))
    return float(alike(got, np.array([0]), np.array([1]), sparse=True)[0])


def receipt(name: str, order: str, day: str) -> str:
    return (
        f"Dear {name}, thank you for your order {order} of {day}, which has left our warehouse this morning and should "
        f"be with you within three working days. You may follow its way at any time with the number {order}. If "
        f"something is missing, please write to us, {name}, and we shall see to it at once. Yours, the team"
    )


def prose(seed: int, length: int) -> str:
    rng = Random(seed)
    return " ".join("".join(rng.choices("abcdefghij", k=4)) for _ in range(length))


def test_names_numbers_and_dates_do_not_count() -> None:
    assert likeness(receipt("Ada", "A-17", "3 May 2011"), receipt("Émile Bertrand Owen", "77/12b", "June")) == 1.0
    assert likeness(receipt("Ада", "1", "x1"), receipt("Ωμέγα", "2", "Y")) == 1.0


def test_other_words_count() -> None:
    assert likeness(prose(1, 80), prose(2, 80)) < 0.1
    assert 0.4 < likeness(prose(1, 80), prose(1, 60) + " " + prose(2, 20)) < 0.8


def test_few_words_have_no_shape() -> None:
    assert not made(["yes please", "", prose(1, LEAST), "ALL CAPITALS " * 40]).any()
    assert likeness("yes please", "yes please") == 0.0


def test_the_likeness_estimates_the_share_of_runs() -> None:
    errors = []
    for seed in range(60):
        a = prose(seed, 200)
        words = a.split()
        for place in Random(seed).sample(range(200), 12):
            words[place] = "other"
        b = " ".join(words)
        sets = [{tuple(t.split()[i : i + 3]) for i in range(198)} for t in (a, b)]
        errors.append(likeness(a, b) - len(sets[0] & sets[1]) / len(sets[0] | sets[1]))
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) < 1.5 * np.sqrt(0.7 * 0.3 / PLACES)


def test_the_frame_is_what_stands_at_both_ends() -> None:
    head, tail = prose(1, EDGE + 2), prose(2, EDGE + 2)
    one, other = (f"{head} {prose(n, 200)} {tail}" for n in (3, 4))
    assert frame(one) == frame(other)
    assert len(frame(one)) == 2 * EDGE
    assert frame(one) != frame(f"{head} {prose(3, 200)} {prose(5, EDGE + 2)}")
    assert frame("yes please") == []
    assert len(frame("yes please no " * 20)) == 3
