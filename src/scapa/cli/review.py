"""`scapa review`: decide the uncertain, one key a decision."""

from __future__ import annotations

import os
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import click

from scapa.cli.card import KEYS, page
from scapa.cli.session import Session, shared
from scapa.errors import HomeBusy, UsageError

if TYPE_CHECKING:
    from scapa.corpus.review import Card, Waiting
    from scapa.store.home import Home
    from scapa.store.labels import Label

ANEW = 20
"""Lessons after which what waits is judged and ordered anew."""

_AHEAD = 16  # cards read at once
_CLEAR = "\x1b[H\x1b[2J"
_LABELS = {"s": "spam", "h": "ham", "k": "keep", "r": "reject", "n": "later"}


@click.command("review")
@click.option("--limit", type=click.IntRange(min=1), help="At most this many documents.")
@shared
def command(session: Session, limit: int | None) -> int:
    """Show what is uncertain, the most uncertain first, and ask what it is: one key decides. Goes on where you stopped.

    Spam and ham teach the judge of spam, which judges anew after every twenty of them; keep and reject decide, whatever
    the judges think. --json prints the queue.

    \b
    Example: scapa review
             scapa review --json
    """
    from scapa.corpus.review import queue

    if not session.as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "scapa review needs a terminal to show documents and read keys",
            next="scapa review --json prints the queue; scapa label ID spam|ham|keep|reject decides",
        )
    home = session.home(create=False)
    waiting = queue(home)
    if session.as_json:
        session.show({"waiting": len(waiting), "queue": [asdict(w) for w in waiting[:limit]]}, [])
        return 0
    review = Review(home, deque(waiting[:limit]), len(waiting), limit)
    if waiting:
        with _screen():
            review.run()
    session.show({}, review.farewell())
    return 0


@dataclass
class Review:
    """One sitting: what waits, what was decided in it (to undo), and the cards that are read ahead."""

    home: Home
    waiting: deque[Waiting]
    total: int
    limit: int | None = None
    done: list[tuple[Waiting, list[Label]]] = field(default_factory=list)
    note: str = ""
    skipped: int = 0
    _cards: dict[str, Card] = field(default_factory=dict)

    def run(self) -> None:
        """Show and ask until the user quits."""
        for key in _keys():
            if key == "q":
                return
            self.press(key)
            self.draw()

    def press(self, key: str) -> None:
        """Do what a key means; other keys do nothing."""
        self.note = ""
        if key == " ":
            self.skipped += self._room() if self._left() else 0
        elif key == "u" or (key in _LABELS and self.waiting):
            try:
                self._undo() if key == "u" else self._decide(_LABELS[key])
            except HomeBusy as busy:
                self.note = f"{busy.what}; press again in a moment"

    def draw(self) -> None:
        """Draw the first document that waits."""
        columns, rows = shutil.get_terminal_size()
        lines, left = ["nothing waits any more"], 0
        if self.waiting:
            lines, left = page(self._card(), self.waiting[0], (columns, rows), self.skipped)
        more = f"   {left} lines more" if left else ""
        status = self.note or f"{len(self.waiting):,} of {self.total:,} wait, {len(self.done):,} decided{more}"
        foot = ["─" * columns, status[:columns], KEYS[:columns]]
        _write(_CLEAR + "\n".join([*lines, *[""] * (rows - len(lines) - len(foot)), *foot]))

    def farewell(self) -> list[str]:
        """Return what to say at the end."""
        decided = sum(label.label != "later" for _, given in self.done for label in given)
        said = f"{decided:,} decided, {self.total - decided:,} left" if self.total else "nothing waits for a decision"
        return [said, *(["next: scapa curate"] if decided else [])]

    def _decide(self, label: str) -> None:
        from scapa.corpus import labels

        given = labels.label(self.home, [(self.waiting[0].id, label)])
        self.done.append((self.waiting.popleft(), given))
        self.skipped = 0
        lessons = sum(one.question == "spam" for _, labelled in self.done for one in labelled)
        if given[0].question == "spam" and lessons % ANEW == 0:
            self._order_anew()

    def _order_anew(self) -> None:
        """Judge with what was just taught: what is uncertain now is another matter."""
        from scapa.corpus.review import queue_anew

        _write(_CLEAR + "judging anew with what you said …")
        with suppress(HomeBusy):
            waiting = queue_anew(self.home)
            left = None if self.limit is None else max(0, self.limit - len(self.done))
            self.waiting, self._cards = deque(waiting[:left]), {}
            self.total = len(self.done) + len(waiting)

    def _undo(self) -> None:
        from scapa.corpus import labels

        if not self.done:
            self.note = "nothing decided in this sitting; scapa label --undo N takes back older labels"
            return
        labels.unlabel(self.home, self.done[-1][1])
        self.waiting.appendleft(self.done.pop()[0])
        self.skipped = 0

    def _left(self) -> int:
        if not self.waiting:
            return 0
        return page(self._card(), self.waiting[0], shutil.get_terminal_size(), self.skipped)[1]

    def _room(self) -> int:
        return max(1, shutil.get_terminal_size().lines - 10)

    def _card(self) -> Card:
        from scapa.corpus.review import cards

        first = self.waiting[0].id
        if first not in self._cards:
            ahead = [self.waiting[n].id for n in range(min(_AHEAD, len(self.waiting)))]
            self._cards = {card.id: card for card in cards(self.home, ahead)}
        return self._cards[first]


@contextmanager
def _screen() -> Iterator[None]:
    """Keys as they are pressed, on the terminal's second screen: what was shown is gone afterwards."""
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        _write("\x1b[?1049h")
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)
        _write("\x1b[?1049l")


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "ascii", "replace"))
    sys.stdout.buffer.flush()


def _keys() -> Iterator[str]:
    """Yield one empty key first, to draw; then each key pressed, arrows and other sequences left out, until the end."""
    yield ""
    while True:
        data = os.read(sys.stdin.fileno(), 64)
        if not data or data == b"\x04":
            return
        if data[:1] != b"\x1b":
            yield from data.decode("utf-8", "replace").lower()
