"""Fixtures that every test may use: a home of its own, a clock that only tests move, small real-looking mail."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from scapa.store.home import Home

START = 1_750_000_000_000_000  # 2025-06-15, UTC microseconds


class Clock:
    """A clock that moves a second each time it is read."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        self.now += 1_000_000
        return self.now


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may reach beyond this machine: a connection over IP is a failed test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            pytest.fail(f"a connection to {address} was tried")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Home:
    return Home.open(tmp_path / "home", now=clock)


def mail(n: int, body: str, author: str = "ada@example.org", extra: str = "") -> str:
    """Return message `n` of a mailbox: dated, with a Message-ID, to bob@example.org."""
    return (
        f"From: {author}\nTo: bob@example.org\nSubject: Letter {n}\n"
        f"Date: Tue, {1 + n % 28} Mar 2011 10:{n % 60:02d}:00 +0000\n"
        f"Message-ID: <{n}@example.org>\n{extra}\n{body}\n"
    )


def mbox(messages: list[str]) -> str:
    """Return messages as an mbox file."""
    return "".join(f"From ada@example.org Tue Mar  1 10:00:00 2011\n{message}\n" for message in messages)


WORDS = [
    *("river", "stone", "winter", "garden", "letter", "market", "harbour", "morning", "silver", "window", "teacher"),
    *("mountain", "kitchen", "summer", "bridge", "forest", "evening", "valley", "island", "orchard", "candle"),
    *("feather", "thunder", "ribbon", "copper", "lantern", "meadow", "saddle"),
]


def prose(n: int, words: int = 60) -> str:
    """Return text number `n`: words in an order of its own, so that no two texts are near duplicates."""
    state, out = n * 7_919 + 13, []
    for _ in range(words):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        out.append(WORDS[(state >> 8) % len(WORDS)])
    return " ".join(out).capitalize() + "."


@pytest.fixture
def mailbox(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of mbox files: `mailbox(["body", …])`."""

    def make(bodies: list[str], name: str = "Sent.mbox", first: int = 1, **options: str) -> Path:
        path = tmp_path / name
        path.write_text(mbox([mail(first + n, body, **options) for n, body in enumerate(bodies)]))
        return path

    return make
