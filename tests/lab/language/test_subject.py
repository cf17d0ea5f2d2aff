"""The subject: what is trained on, what prompts what, and that a model put down is the model taken up."""

import numpy as np
import pytest
import torch

from scapa.lab.engine import recur
from scapa.lab.language.author import pack, unpack
from scapa.lab.language.decoding import Decoding
from scapa.lab.language.subject import Writing
from scapa.lab.language.text import Pairs
from scapa.lab.language.training import Course
from scapa.lab.regimes import parse

CORPUS = Pairs(np.arange(30, dtype=np.int32)[:, None].repeat(2, 1), 100 + np.arange(30, dtype=np.int32)[:, None])


class Scribe:
    """An author that writes the number of its generation after the prompt's, and notes what it learned from."""

    def __init__(self):
        self.learned = []
        self.laws = []
        self.steps = []

    def learn(self, blocks, course, rng):
        self.learned.append(blocks[:, 0])
        self.steps.append(course.steps)
        return {"generation": torch.tensor(len(self.learned))}

    def write(self, model, prompts, length, decoding, rng):
        self.laws.append(decoding)
        return 1000 * int(model["generation"]) + prompts[:, :length]


def subject(scribe, *, whole=False):
    return Writing(scribe, CORPUS, Course(7), Decoding(temperature=0.5), 10, whole)


def test_machine_blocks_continue_different_real_prompts():
    scribe = Scribe()
    list(recur(subject(scribe), parse("replace"), 30, 3, np.random.default_rng(0)))
    assert sorted(scribe.learned[0]) == list(range(100, 130))
    assert sorted(scribe.learned[1]) == list(range(1000, 1030))
    assert sorted(scribe.learned[2]) == list(range(2000, 2030))


def test_a_mixture_has_its_share_of_real_blocks_and_a_bias_heats():
    scribe = Scribe()
    list(recur(subject(scribe), parse("mix:0.2,bias=0.8"), 20, 2, np.random.default_rng(0)))
    assert np.count_nonzero(scribe.learned[1] < 200) == 4
    assert len(scribe.learned[1]) == 20
    assert scribe.laws == [Decoding(temperature=0.4)]


@pytest.mark.parametrize(("whole", "steps"), [(False, [7, 7, 7]), (True, [7, 14, 21])])
def test_all_sets_cost_the_same_unless_the_whole_of_each_is_passed_over(whole, steps):
    scribe = Scribe()
    list(recur(subject(scribe, whole=whole), parse("accumulate"), 10, 3, np.random.default_rng(0)))
    assert scribe.steps == steps


def test_more_blocks_than_there_are_begin_again():
    found = subject(Scribe()).real(np.array([70]), np.random.default_rng(0))[:, 0]
    assert sorted(np.unique(found, return_counts=True)[1]) == [2] * 20 + [3] * 10


def test_weights_put_down_and_taken_up_are_the_same_bits():
    model = {"a": torch.randn(3, 4), "b": torch.randn(5).to(torch.bfloat16)}
    again = unpack({name: np.array(array) for name, array in pack(model).items()})
    assert all(torch.equal(model[name], again[name]) and model[name].dtype == again[name].dtype for name in model)
