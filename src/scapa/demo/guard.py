"""The guard's test in the demo: generated text comes back as sent mail, edited, beside human text; what is caught?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from scapa.demo.corpus import ADDRESS, ASSISTANT_ADDRESS, Mail
from scapa.text.words import words

EDITED = 0.1


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back: which part is human, which was generated (after edits), and what must happen."""

    mail: Mail
    kind: str
    human: str
    machine: str


@dataclass(frozen=True, slots=True)
class Caught:
    """What curation did with the mails: words of each origin, and how many of them it kept."""

    mails: int
    machine_words: int
    machine_kept: int
    human_words: int
    human_kept: int
    outcomes: Mapping[str, Mapping[str, int]]

    @property
    def hit(self) -> float:
        """The share of machine words that did not get through."""
        return 1 - self.machine_kept / self.machine_words if self.machine_words else 0.0

    @property
    def false_alarm(self) -> float:
        """The share of human words that were lost."""
        return 1 - self.human_kept / self.human_words if self.human_words else 0.0


def come_back(
    outputs: Sequence[str], human: Sequence[str], recited: Sequence[str], rng: random.Random
) -> list[Returned]:
    """Return the mails: mixed (a human paragraph, then an edited output), machine only, human only, and the author's
    own old words that the model recited.
    """
    mails: list[Returned] = []
    third = max(1, len(outputs) // 3)
    fresh = iter(human)
    for n, output in enumerate(outputs):
        text = edited(output, rng)
        mails.append(
            _mail(len(mails), "machine", "", text) if n < third else _mail(len(mails), "mixed", next(fresh), text)
        )
    mails += [_mail(len(mails) + n, "human", text, "") for n, text in enumerate(fresh)]
    mails += [_mail(len(mails) + n, "recited", text, "") for n, text in enumerate(recited)]
    return mails


def _mail(n: int, kind: str, human: str, machine: str) -> Returned:
    body = "\n\n".join(part for part in (human, machine) if part)
    date = datetime(2026, 6, 1 + n % 28, 9, n % 60, tzinfo=timezone(timedelta(hours=-4)))
    mail = Mail(ADDRESS, ASSISTANT_ADDRESS, f"Note {n}", format_datetime(date), f"{body}\n")
    return Returned(mail, kind, human, machine)


def edited(text: str, rng: random.Random, share: float = EDITED) -> str:
    """Return `text` with `share` of its words replaced by others of its own, dropped or doubled."""
    parts = text.split()
    out: list[str] = []
    for word in parts:
        chance = rng.random() / share
        if chance >= 1:
            out.append(word)
        elif chance < 1 / 3:
            out.append(rng.choice(parts))
        elif chance < 2 / 3:
            out += [word, rng.choice(parts)]
    return " ".join(out)


def caught(returned: Sequence[Returned], released: Mapping[str, str], outcomes: Mapping[str, str]) -> Caught:
    """Compare what came back with what a release would hold of it.

    `released` is the text that got through by subject of the mail, `outcomes` what was decided of it.
    """
    machine = machine_kept = human = human_kept = 0
    tally: dict[str, dict[str, int]] = {}
    for item in returned:
        through = released.get(item.mail.subject, "")
        machine_kept += _common(item.machine, through)
        human_kept += _common(item.human, through)
        machine += len(words(item.machine))
        human += len(words(item.human))
        row = tally.setdefault(item.kind, {})
        outcome = outcomes.get(item.mail.subject, "missing")
        row[outcome] = row.get(outcome, 0) + 1
    return Caught(len(returned), machine, machine_kept, human, human_kept, tally)


def _common(part: str, whole: str) -> int:
    """Return how many words of `part` are in `whole` in order (a longest common subsequence by runs)."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, words(part), words(whole), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks() if block.size > 1)


def as_json(result: Caught) -> dict[str, Any]:
    """Return the figures as JSON."""
    return {
        "mails": result.mails, "machine_words": result.machine_words, "machine_words_let_through": result.machine_kept,
        "human_words": result.human_words, "human_words_kept": result.human_kept, "hit": result.hit,
        "false_alarm": result.false_alarm, "outcomes": result.outcomes,
    }  # fmt: skip
