"""Fixtures that every test may use: a home of its own, a clock that only tests move, small real-looking mail."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from letters import mail, mbox
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


@pytest.fixture
def mailbox(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of mbox files: `mailbox(["body", …])`."""

    def make(bodies: list[str], name: str = "Sent.mbox", first: int = 1, **options: str) -> Path:
        path = tmp_path / name
        path.write_text(mbox([mail(first + n, body, **options) for n, body in enumerate(bodies)]))
        return path

    return make
