"""`scapa share`: what it says of every source, and that it says nothing before there is a decision."""

from __future__ import annotations

import json

import pytest

from letters import mail, mbox, prose
from scapa.cli import run
from scapa.cli.share import said

ROW = {
    "source": 1, "month": None, "documents": 400, "known": 0, "method": "pacc", "lower_bound_only": False,
    "estimate": 0.1, "low": 0.05, "high": 0.21, "level": 0.95, "refused": None, "no_estimate": None, "control": 900,
    "control_dated": "claimed",
}  # fmt: skip


def test_share_before_and_after_curate(tmp_path, capsys):
    new = mail(1, prose(1)).replace("Tue, 2 Mar 2011", "Sat, 2 Mar 2024")
    (tmp_path / "box.mbox").write_text(mbox([mail(2, prose(2)), new]))
    home = ["--home", str(tmp_path / "home")]
    assert run(["add", str(tmp_path / "box.mbox"), *home]) == 0
    assert run(["share", *home]) == 2
    assert "scapa curate" in capsys.readouterr().err
    assert run(["curate", *home]) == 0
    assert "machine share of source 1 since the cut-off: not estimated" in capsys.readouterr().out
    assert run(["share", "--json", *home]) == 0
    rows = json.loads(capsys.readouterr().out)["machine_share_estimate"]
    assert [(row["month"], row["refused"], row["documents"]) for row in rows] == [
        (None, "no_older_control", 1), ("2024-03", "no_older_control", 1),
    ]  # fmt: skip
    assert set(rows[0]) == set(ROW)
    assert run(["share", "--source", "7", *home]) == 0
    assert capsys.readouterr().out == "no documents from the cut-off on\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "10.0% machine text (5.0% to 21.0%) of 400 documents"),
        ({"known": 30}, "10.0% machine text (5.0% to 21.0%) of 400 documents, 30 of them known to the ledger"),
        ({"lower_bound_only": True}, "at least 5.0% machine text, by excess words alone (400 documents; 900 older)"),
        ({"refused": "control_drifts"}, "not estimated: the words were on the rise before the cut-off already"),
    ],
)
def test_it_is_said_in_words(change, words):
    assert said(ROW | change).startswith(words)
