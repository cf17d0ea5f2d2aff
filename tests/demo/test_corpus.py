from __future__ import annotations

import random

import pytest

from scapa.demo.corpus import AUTHOR, Mail, mbox, write_inputs
from scapa.demo.guard import caught, come_back, edited
from scapa.lab.speeches import speeches
from scapa.text.words import words


@pytest.fixture(scope="module")
def every():
    return speeches()


def test_the_speeches_are_dated_authored_and_whole(every):
    assert len(every) == 249
    assert every[0].date == "1790-01-08"
    assert sum(len(s.text.split()) for s in every) > 2_000_000
    assert len([s for s in every if s.author == AUTHOR]) == 7


def test_the_inputs_are_the_same_every_time(every, tmp_path):
    first, second = (write_inputs(tmp_path / name, every) for name in "ab")
    assert first.mail.read_bytes() == second.mail.read_bytes()
    assert first.chat.read_bytes() == second.chat.read_bytes()


def test_mails_with_from_lines_survive_the_mbox(tmp_path):
    import mailbox

    body = "Hello\nFrom now on\n>From then\n"
    (tmp_path / "m").write_bytes(mbox([Mail("a@b.c", "d@e.f", "s", "Thu, 5 Mar 1998 10:00:00 -0500", body)] * 2))
    box = mailbox.mbox(tmp_path / "m")
    assert len(box) == 2
    box.close()


def test_editing_changes_about_a_tenth_of_the_words(every):
    text = " ".join(every[-1].paragraphs()[:6])
    out = edited(text, random.Random(1))
    from difflib import SequenceMatcher

    same = sum(b.size for b in SequenceMatcher(None, words(text), words(out), autojunk=False).get_matching_blocks())
    assert 0.88 < same / len(words(text)) < 0.97


def test_the_figures_of_the_guard_count_what_got_through():
    outputs, human, recited = ["m n o p q r"] * 3, ["a b c d e f"] * 4, ["x y z w v u"]
    returned = come_back(outputs, human, recited, random.Random(0))
    assert [item.kind for item in returned] == ["machine", "mixed", "mixed", "human", "human", "recited"]
    everything = {item.mail.subject: f"{item.human}\n{item.machine}" for item in returned}
    human_only = {item.mail.subject: item.human for item in returned}
    outcomes = {item.mail.subject: "kept" for item in returned}
    unguarded, perfect = (caught(returned, through, outcomes) for through in (everything, human_only))
    assert (unguarded.hit, unguarded.false_alarm) == (0.0, 0.0)
    assert (perfect.hit, perfect.false_alarm) == (1.0, 0.0)
    assert caught(returned, {}, outcomes).false_alarm == 1.0
    assert perfect.outcomes == {
        "machine": {"kept": 1},
        "mixed": {"kept": 2},
        "human": {"kept": 2},
        "recited": {"kept": 1},
    }
