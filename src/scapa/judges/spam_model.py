"""The spam judge's model: what comes with Scapa, and what a home's decisions make of it.

It is trained anew from the invented messages and all decisions, in the order of the documents' ids, so that it depends
on which decisions stand and on nothing else: not on the order of teaching, nor on what was taught and taken back. The
invented messages stay in it, so that a user who teaches only spam, or only ham, does not make everything that.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scapa.text.ngrams import Grams

START = Path(__file__).with_name("spam_start")
"""Invented messages that the model starts from: spam.txt and ham.txt, a line `language|genre|text` each."""

_ENOUGH = 5  # lessons of each class from which on they say how far the scores can be believed


@dataclass(frozen=True)
class Model:
    """`weights` score the words; log-odds are body[0] · score + body[1] by the words alone, and
    both[0] · score + both[1] · header score + both[2] by words and headers; `taught` decisions are in it.
    """

    weights: NDArray[np.float32]
    body: tuple[float, ...] = (1.0, 0.0)
    both: tuple[float, ...] = (1.0, 1.0, 0.0)
    taught: int = 0


@dataclass(frozen=True)
class Lessons:
    """Decided documents, a row each: n-grams of the words, header score, whether it is spam; rows with the same
    number in `groups` (copies, threads) are never on two sides when the model is tried on what it has not seen.
    """

    grams: Grams
    headers: NDArray[np.float64]
    spam: NDArray[np.bool_]
    groups: NDArray[np.int64]


@cache
def start_digest() -> str:
    """Return the digest of the messages that the model starts from."""
    parts = [hashlib.sha256((START / name).read_bytes()).digest() for name in ("spam.txt", "ham.txt")]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def messages(name: str) -> list[str]:
    """Return the texts of `spam` or of `ham` that the model starts from."""
    lines = (START / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("|", 2)[2] for line in lines]


@cache
def _start() -> tuple[Grams, NDArray[np.bool_]]:
    import numpy as np

    from scapa.text.ngrams import grams

    spam, ham = messages("spam"), messages("ham")
    texts = spam + ham
    made = grams(texts, np.zeros((0, 2), np.int64), np.zeros(len(texts) + 1, np.int64))
    return made, np.arange(len(texts)) < len(spam)


@cache
def start() -> Model:
    """Return the model before anybody taught it."""
    from scapa.text.logistic import fit

    return Model(fit(*_start()))


def learn(lessons: Lessons) -> Model:
    """Return what `lessons` make of the start. Its log-odds are calibrated on lessons that it has not seen, once there
    are some of both classes.
    """
    import numpy as np

    from scapa.text.logistic import calibrate, fit, held_out
    from scapa.text.ngrams import joined

    made, spam = _start()
    weights = fit(joined([made, lessons.grams]), np.concatenate([spam, lessons.spam]))
    model = Model(weights, taught=len(lessons.spam))
    if min(lessons.spam.sum(), (~lessons.spam).sum()) < _ENOUGH:
        return model
    unseen = held_out(lessons.grams, lessons.spam, lessons.groups, made, spam)
    body = calibrate(unseen[:, None], lessons.spam, np.array(model.body))
    both = calibrate(np.column_stack([unseen, lessons.headers]), lessons.spam, np.array(model.both))
    return replace(model, body=tuple(body.tolist()), both=tuple(both.tolist()))


def groups(titles: Sequence[str]) -> list[int]:
    """Return a number for each title: the same for those that differ only in prefixes such as `Re:`."""
    numbers: dict[str, int] = {}
    keys = [title[:300].casefold().rpartition(": ")[2].strip() or f"\0{n}" for n, title in enumerate(titles)]
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def stored(path: Path) -> Model | None:
    """Return the model in the file at `path`; None if there is none, or it is damaged: it can be made anew."""
    import numpy as np

    try:
        with np.load(io.BytesIO(path.read_bytes())) as held:
            body, both = tuple(held["body"].tolist()), tuple(held["both"].tolist())
            return Model(held["weights"], body, both, int(held["taught"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def store(path: Path, model: Model) -> None:
    """Keep a model in the file at `path`, whole or not at all."""
    import numpy as np

    from scapa.files import replacing

    with replacing(path) as aside, aside.open("wb") as file:
        np.savez(file, weights=model.weights, body=model.body, both=model.both, taught=model.taught)
