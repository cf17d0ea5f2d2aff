"""`python -m bench.quotes [--half development] [--json]`: whose words are the author's, beside three reply parsers.

Compared is what each returns as the reply: its lines are found again in the mail, in order and white space aside, and
the bytes of the lines found are its own text. So all are measured alike, ours too, though only ours says where what it
leaves out begins and what it is. All get the plain text and nothing else: neither headers nor HTML structure.

The peers live in a virtual environment of their own under build/, which is made where it is missing.
"""

from __future__ import annotations

import json
import subprocess
import venv
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.evaluations.quotes import sets
from bench.labelled.mail import LabelledMail
from bench.measured import Measured, parser, seconds, show
from scapa.judges.quotes import find_quotes, own_text
from scapa.measure.interval import bootstrap
from scapa.measure.spans import Agreement, agreement, interval, total
from scapa.records import Span

_VENV = Path(__file__).parent.parent / "build" / "bench" / "reply-parsers"
_PEERS = ("mail-parser-reply==1.36", "email-reply-parser==0.5.12", "quotequail==0.5.4")
_SEED = 20_260_102


def main() -> None:
    options = parser(__doc__, 5)
    options.add_argument("--half", default="development", help="development or heldout (default: development)")
    given = options.parse_args()
    peers = _python()
    rows: list[Measured] = []
    for name, half, mails in sets():
        if half != given.half:
            continue
        labelled = list(mails)
        answers = _answers(peers, labelled, given.repeats)
        rows += _rows(name, labelled, answers, told=not given.json)
    show(rows, as_json=given.json)


def _python() -> Path:
    """Return the interpreter of the peers' environment, made first where there is none."""
    python = _VENV / "bin" / "python"
    if not (_VENV / "complete").exists():
        venv.create(_VENV, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *_PEERS], check=True)
        (_VENV / "complete").touch()
    return python


def _answers(python: Path, mails: Sequence[LabelledMail], repeats: int) -> dict[str, dict[str, Any]]:
    """Return the replies and the seconds of each repeat, by who gave them."""
    texts = [mail.document.text for mail in mails]
    asked = json.dumps({"texts": texts, "repeats": repeats})
    script = Path(__file__).parent / "labelled" / "reply_peers.py"
    done = subprocess.run([python, script], input=asked, capture_output=True, text=True, check=True)
    ours = [_ours(text) for text in texts]
    spent = [seconds(lambda: [_ours(text) for text in texts]) for _ in range(repeats)]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return {"scapa": {"replies": ours, "seconds": spent}, **found}


def _ours(text: str) -> str:
    return own_text(text, find_quotes(text, "mail", ()))


def _rows(
    name: str, mails: Sequence[LabelledMail], answers: Mapping[str, Mapping[str, Any]], *, told: bool
) -> Iterator[Measured]:
    """Yield a row for each peer and figure; say the figures of each side with their intervals."""
    megabytes = sum(len(mail.document.text.encode()) for mail in mails) / 1e6
    each = {who: _each(mails, answer["replies"]) for who, answer in answers.items()}
    for who, ones in each.items():
        if told:
            print(_line(name, who, ones, megabytes / median(answers[who]["seconds"])))
    for who, ones in each.items():
        if who == "scapa":
            continue
        yield _compared(f"{name}: own text, F1 by bytes, v {who}", each["scapa"], ones)
        ours, theirs = ([megabytes / spent for spent in answers[side]["seconds"]] for side in ("scapa", who))
        yield Measured.of(f"{name}: speed v {who}", ours, theirs, "MB/CPU-s", rate=True)


def _each(mails: Sequence[LabelledMail], replies: Sequence[str]) -> list[Agreement]:
    """Return for each mail how far the reply's lines are the author's own: found and wanted are own bytes."""
    return [
        agreement(mail.document.text, _left_out(mail.document.text, reply), mail.wanted, mail.unsure).inverse
        for mail, reply in zip(mails, replies, strict=True)
    ]


def _left_out(text: str, reply: str) -> list[Span]:
    """Return the lines of `text` that are not in `reply`; both are compared in order, white space aside."""
    lines = text.split("\n")
    ours, theirs = ([" ".join(line.split()) for line in part.split("\n")] for part in (text, reply))
    kept = np.zeros(len(lines), np.bool_)
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        kept[block.a : block.a + block.size] = True
    spans, at = [], 0
    for line, keep in zip(lines, kept, strict=True):
        end = at + len(line.encode())
        if not keep and end > at:
            spans.append(Span(at, end, "left out"))
        at = end + 1
    return spans


def _compared(name: str, ours: Sequence[Agreement], theirs: Sequence[Agreement]) -> Measured:
    """Return both sides' F1 and their ratio, with the interval of a bootstrap over the mails, the same for both."""
    units = np.array(
        [[a.both, a.found, a.wanted, b.both, b.found, b.wanted] for a, b in zip(ours, theirs, strict=True)]
    )

    def ratio(picked: Any) -> float:
        sums = [int(n) for n in picked.sum(axis=0)]
        return Agreement(*sums[:3]).f1 / max(Agreement(*sums[3:]).f1, 1e-9)

    found = bootstrap(units, np.random.default_rng(_SEED), statistic=ratio)
    return Measured(name, total(ours).f1, total(theirs).f1, found.estimate, "", found.low, found.high)


def _line(name: str, who: str, each: Sequence[Agreement], rate: float) -> str:
    rng = np.random.default_rng(_SEED)
    f1, whole = interval(each, "f1", rng), total(each)
    right = sum(a.found == a.wanted == 0 for a in each)
    return (
        f"{name:<11} {who:<41} own text F1 {f1.estimate:.3f} [{f1.low:.3f}, {f1.high:.3f}]  "
        f"leak {whole.inverse.leak:.3f}  loss {whole.inverse.loss:.3f}  right {right}/{len(each)}  {rate:7.2f} MB/CPU-s"
    )


if __name__ == "__main__":
    main()
