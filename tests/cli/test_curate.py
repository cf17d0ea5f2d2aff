from __future__ import annotations

import json
import re

from letters import mail, mbox, prose
from scapa.cli import run
from scapa.corpus.chain import ALWAYS, judges
from scapa.corpus.policy import load_policy

LINE = re.compile(r"^ +([0-9.]+) +([0-9,.]+)? +([0-9.]+)%  (\w+)$", re.MULTILINE)


def filled(tmp_path) -> list[str]:
    """Add five mails, two of them copies of others; return the options that name the home."""
    (tmp_path / "Sent.mbox").write_text(mbox([mail(n + 1, prose(n % 3)) for n in range(5)]))
    home = ["--home", str(tmp_path / "home")]
    assert run(["add", str(tmp_path / "Sent.mbox"), *home]) == 0
    return home


def test_the_profile_says_rate_and_share_of_every_judge_and_step(tmp_path, capsys):
    home = filled(tmp_path)
    capsys.readouterr()
    assert run(["curate", "--profile", *home]) == 0
    told = {name: float(share) for _, _, share, name in LINE.findall(capsys.readouterr().out)}
    asked = {judge.name for judge in judges(tmp_path, {*ALWAYS, *load_policy("personal").judges()})}
    assert asked | {"match", "relate", "decide", "merge"} == set(told)
    assert abs(sum(told.values()) - 100) < 1.5


def test_the_profile_of_nothing_new_is_all_zero(tmp_path, capsys):
    home = filled(tmp_path)
    run(["curate", *home])
    capsys.readouterr()
    assert run(["curate", "--profile", "--json", *home]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["seconds"], summary["steps"], summary["judged_bytes"]) == ({}, {}, 0)
    assert run(["curate", "--profile", *home]) == 0


def test_explain_shows_documents_of_every_reason(tmp_path, capsys):
    home = filled(tmp_path)
    capsys.readouterr()
    assert run(["curate", "--explain", *home]) == 0
    out = capsys.readouterr().out
    assert re.search(r"2  duplicate exact_duplicate: .*\n +[0-9a-f]{12}  2011-03-.*\n +[0-9a-f]{12}  2011-03-", out)
