"""Small letters for tests: mail that looks real, and prose of which no two pieces are near duplicates."""

from __future__ import annotations


def mail(n: int, body: str, author: str = "ada@example.org", extra: str = "") -> str:
    """Return message `n` of a mailbox: dated, with a Message-ID, to bob@example.org."""
    day = 1 + n % 28
    weekday = ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon")[(day - 1) % 7]
    return (
        f"From: {author}\nTo: bob@example.org\nSubject: Letter {n}\n"
        f"Date: {weekday}, {day} Mar 2011 10:{n % 60:02d}:00 +0000\n"
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
