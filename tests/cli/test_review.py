"""`scapa review` on a real terminal: one key a decision, undo, going on where one stopped, text that can do nothing."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from itertools import pairwise

import pytest

from letters import mail, mbox, prose
from scapa.cli import review as cli
from scapa.cli import run
from scapa.cli.card import cut, page, visible, width, wrapped
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.review import Card, Waiting, queue
from scapa.store.home import Home
from scapa.store.labels import standing
from scapa.store.segments import read_table

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31mred \u202eevil\u202c \x00 words"


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, home, rows=24, columns=80, **environment):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = dict(os.environ, SCAPA_HOME=str(home.path), **environment)
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        command = [sys.executable, "-c", "from scapa.cli import main; main()", "review"]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.seen = b""

    def until(self, words: str, seconds: float = 40) -> str:
        """Read until `words` are there; return all that came since the last time."""
        found, end = b"", time.monotonic() + seconds
        while words.encode() not in found and time.monotonic() < end:
            if select.select([self.master], [], [], 0.2)[0]:
                found += os.read(self.master, 65_536)
        self.seen += found
        assert words.encode() in found, (words, found[-2_000:])
        return found.decode()

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        code = self.process.wait(60)
        assert termios.tcgetattr(self.slave)[:4] == self.before[:4]  # the terminal is as it was
        os.close(self.slave)
        os.close(self.master)
        return code


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with four mails that nobody can tell, the last with a text that attacks the terminal."""
    folder = tmp_path_factory.mktemp("review")
    home = Home.open(folder / "home")
    texts = [f"Please send the offer of item {n}. " + prose(n, 30) for n in range(3)]
    texts += ["\n".join(f"Line {n} of the offer. {HOSTILE}" for n in range(60))]
    headers = "Received: by x\nReply-To: other@elsewhere.org\n"
    (folder / "a.mbox").write_text(mbox([mail(n, text, extra=headers) for n, text in enumerate(texts)]))
    add(home, [folder / "a.mbox"])
    curate(home)
    assert len(queue(home)) == 4
    return home.path


@pytest.fixture
def filled(made, tmp_path, clock) -> Home:
    """A copy of that home."""
    shutil.copytree(made, tmp_path / "home")
    return Home.open(tmp_path / "home", now=clock)


@pytest.fixture
def terminal():
    """Return a maker of terminals; what still runs on one at the end of the test is ended."""
    made = []

    def make(home, **options):
        made.append(Terminal(home, **options))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def decided(home) -> list[tuple[str, str]]:
    return [(label.document, label.label) for label in standing(home.catalog)]


def test_one_key_a_decision_and_going_on_where_one_stopped(filled, terminal):
    order = [waiting.id for waiting in queue(filled)]
    screen = terminal(filled)
    assert order[0][:16] in screen.until("[q]uit")
    for key, after in (("s", order[1]), ("h", order[2])):
        screen.press(key)
        assert after[:16] in screen.until("[q]uit")
    assert decided(filled) == [(order[0], "spam"), (order[1], "ham")]
    screen.press("x")  # no key of ours: nothing happens
    screen.press("\x1b[A")  # nor an arrow
    screen.press("q")
    assert "2 decided, 2 left" in screen.until("next: scapa curate")
    assert screen.end() == 0
    assert decided(filled) == [(order[0], "spam"), (order[1], "ham")]
    again = terminal(filled)
    shown = again.until("[q]uit")
    assert order[2][:16] in shown
    assert "2 of 2 wait" in shown
    again.press("k")
    again.until("[q]uit")
    again.press("r")
    assert "nothing waits any more" in again.until("[q]uit")
    again.press("s")  # nothing is there to decide
    again.until("[q]uit")
    again.press("u")
    assert order[3][:16] in again.until("[q]uit")
    again.press("n")
    again.until("[q]uit")
    again.press("q")
    again.until("1 decided, 1 left")
    assert again.end() == 0
    assert decided(filled)[2:] == [(order[2], "keep"), (order[3], "later")]
    assert [waiting.id for waiting in queue(filled)] == [order[3]]


def test_text_cannot_command_the_terminal_and_space_shows_more(filled, terminal):
    screen = terminal(filled, rows=20)
    hostile = next(w.id for w in queue(filled) if "Line 1 of" in _text(filled, w.id))
    shown = screen.until("[q]uit")
    for _ in range(4):
        if hostile[:16] in shown:
            break
        screen.press("n")
        shown = screen.until("[q]uit")
    assert "lines more" in shown
    assert "Line 1 of the offer. �]0;owned" in shown
    screen.press(" ")
    assert "Line 0 of" not in screen.until("[q]uit")
    screen.press("q")
    screen.until("left")
    assert screen.end() == 0
    commands = set(re.findall(rb"\x1b[^A-Za-z]*[A-Za-z]", screen.seen))
    assert commands <= {b"\x1b[H", b"\x1b[2J", b"\x1b[?1049h", b"\x1b[?1049l"}
    assert not any(bad in screen.seen.decode() for bad in ("\x07", "\x9b", "\x00", "\u202e"))


def _text(home, name):
    from scapa.corpus.review import cards

    return cards(home, [name])[0].text


@pytest.mark.slow
@pytest.mark.parametrize(("keys", "code", "words"), [("\x03", 130, "interrupted"), ("\x04", 0, "0 decided, 4 left")])
def test_leaving_by_interrupt_or_end_leaves_the_terminal_as_it_was(filled, terminal, keys, code, words):
    screen = terminal(filled)
    screen.until("[q]uit")
    screen.press(keys)
    screen.until(words)
    assert screen.end() == code


def test_what_was_taught_orders_what_still_waits(filled, terminal, monkeypatch):
    """In this process, with a lesson for every twenty: the judge has learnt before the next document is shown."""
    monkeypatch.setattr(cli, "ANEW", 2)
    monkeypatch.setattr(cli, "_write", lambda text: None)
    before = queue(filled)
    sitting = cli.Review(filled, deque(before), len(before))
    for key in "sh":
        sitting.press(key)
    taught = {row["taught"] for row in _judged(filled)}
    assert taught == {2}
    assert list(sitting.waiting) == queue(filled)
    assert {w.id for w in sitting.waiting} <= {w.id for w in before[2:]}
    assert len(sitting.done) == 2
    sitting.press("u")
    assert sitting.waiting[0] == before[1]
    assert [label for _, label in decided(filled)] == ["spam"]


def _judged(home):
    (name,) = [row["name"] for row in home.catalog.rows("SELECT name FROM judgement WHERE judge = 'spam'")]
    return read_table(home.path / name).to_pylist()


@pytest.mark.slow
def test_another_writer_delays_a_decision_and_loses_nothing(filled, terminal):
    screen = terminal(filled)
    screen.until("[q]uit")
    with filled.writing("curate"):
        screen.press("s")
        assert "press again" in screen.until("[q]uit")
        assert decided(filled) == []
    screen.press("s")
    screen.until("[q]uit")
    assert [label for _, label in decided(filled)] == ["spam"]
    screen.press("q")
    screen.until("1 decided")
    assert screen.end() == 0


@pytest.mark.slow
def test_a_terminal_that_knows_only_ascii_is_served(filled, terminal):
    screen = terminal(filled, columns=30, rows=10, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    screen.until("[s]pam")
    screen.press("q")
    screen.until("0 decided")
    assert screen.end() == 0


def test_without_a_terminal_it_refuses_and_says_what_else_there_is(filled, capsys, monkeypatch):
    monkeypatch.setenv("SCAPA_HOME", str(filled.path))
    assert run(["review"]) == 2
    said = capsys.readouterr().err
    assert "needs a terminal" in said
    assert "--json" in said


def test_json_prints_the_queue_without_text(filled, capsys, monkeypatch):
    monkeypatch.setenv("SCAPA_HOME", str(filled.path))
    assert run(["review", "--json", "--limit", "3"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["waiting"], len(said["queue"])) == (4, 3)
    assert set(said["queue"][0]) == {"id", "probability", "outcome", "reasons", "later"}


@pytest.mark.slow
def test_nothing_waiting_is_said(home, tmp_path, terminal):
    (tmp_path / "a.mbox").write_text(mbox([mail(1, "ok", extra="In-Reply-To: <0@x>\n")]))
    add(home, [tmp_path / "a.mbox"])
    curate(home)
    screen = terminal(home)
    screen.until("nothing waits for a decision")
    assert screen.end() == 0


WAITING = Waiting("0" * 64, 0.5, "review", ("perhaps_spam",), False)


def card(**changes) -> Card:
    fields = {"id": "0" * 64, "title": "t", "author": "a@b", "author_name": "", "written": "", "text": "x", "quoted": 0,
              "header_score": 0.0, "body_score": 0.0, "signals": ()}  # fmt: skip
    return Card(**{**fields, **changes})


@pytest.mark.parametrize("size", [(80, 24), (20, 10), (1, 1), (200, 60)])
def test_a_page_fits_whatever_it_shows(size):
    odd = card(
        title="字" * 300 + "\n\x1b[2J",
        author_name="\u202e" * 50,
        text=("字" * 500 + "\n") * 50 + HOSTILE,
        signals=("x",) * 99,
    )
    lines, left = page(odd, WAITING, size, 0)
    columns, rows = max(20, size[0]), max(10, size[1])
    assert all(width(line) <= columns for line in lines)
    assert len(lines) <= rows - 3
    assert left > 0
    assert all("\n" not in line and "\x1b" not in line for line in lines)


def test_every_line_is_shown_once_over_the_pages():
    text = "\n".join(f"line {n}" for n in range(100))
    shown, skipped = [], 0
    while True:
        lines, left = page(card(text=text), WAITING, (80, 24), skipped)
        shown += [line for line in lines if line.startswith("line ")]
        if not left:
            break
        skipped += sum(line.startswith("line ") for line in lines)
    assert shown == text.split("\n")


def test_wrapping_loses_nothing_but_spaces():
    text = "a word " * 50 + "x" * 200 + "\n\n\n\nend 字字字字字字字字字字字字"
    lines = list(wrapped(text, 20))
    assert all(width(line) <= 20 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not any(a == b == "" for a, b in pairwise(lines))


def test_what_is_visible_has_no_control_characters():
    assert visible("a\tb\r\nc\rd\x1b\x9b\u202e\u200b\ufeff\ue000") == "a    b\nc�d������"
    assert cut("one\ntwo " * 50, 12) == "one two one…"
