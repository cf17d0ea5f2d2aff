"""The preset `web`: its rules are the judges' published limits, and what it does with whole documents."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.masking import masked
from scapa.corpus.policy import load_policy
from scapa.corpus.rules import answer
from scapa.judges.c4 import C4, LIMITS_ANY
from scapa.judges.fineweb import LIMITS, FineWeb
from scapa.judges.gopher import QUALITY, REPETITION, Gopher
from scapa.judges.lines import Lines

PUBLISHED = {"gopher": (*QUALITY, *REPETITION), "c4": LIMITS_ANY, "fineweb": LIMITS}
IMPLIED = {"no_text", "no_lines"}  # by too_few_words
RULES = {rule.reason: rule for rule in load_policy("web").rules}

PROSE = """\
My grandmother kept the ferry for thirty years, and nobody in the village could row like her or swear like her.

She had learnt both of her brothers, who fished for herring until the herring left and then sold the boat to pay for
a shop with two windows. When the water stood high she would not take cattle, only people and letters, and she read the
addresses aloud as she rowed, so that everyone knew who was written to and by whom.

That was thought a great convenience! In the year of the long frost the river froze from bank to bank. The ferry lay
in the reeds with ice to her gunwales, and my grandmother walked across twice each day with the post bag on a sledge,
since the king paid for the mail to be carried and had said nothing about how. Did she ever fall in? Once, she told me,
and it was the only time that the letters came to their readers washed.
"""


def judged(texts: list[str]) -> dict[str, pa.RecordBatch]:
    batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], ["text"])
    found: dict[str, pa.RecordBatch] = {}
    for judge in (Lines(), Gopher(), FineWeb(), C4()):
        needed = batch
        for need in judge.needs:
            needed = needed.append_column(need, found[need].to_struct_array())
        found[judge.name] = judge.judge(needed)
    return found


@pytest.mark.parametrize("judge", PUBLISHED)
def test_every_published_limit_is_a_rule_that_states_the_finding(judge: str) -> None:
    for limit in PUBLISHED[judge]:
        if limit.finding in IMPLIED:
            continue
        rule = RULES[limit.finding]
        sign, bound = ("<", limit.least) if limit.least > float("-inf") else (">", limit.most)
        left, mid, right = rule.when.split()
        assert (left, mid, float(right)) == (f"{judge}.{limit.column}", sign, bound)
        assert rule.action == "reject"


def test_rules_are_true_where_the_judges_find_something(tmp_path) -> None:
    texts = [
        PROSE, "", "short", "# " * 200 + PROSE, "\n".join(["- item and more"] * 60), PROSE + "\n{", PROSE + "\n{ a } b",
        "the of " * 100, PROSE.replace(". ", ".\n") * 3, "Lorem ipsum dolor sit amet.\n" + PROSE, "a b c d. " * 40,
        "1 2 3 4 5 6 7 8 9 10 11 12 13 " * 30, "\n".join(f"word {n}" for n in range(200)), PROSE.upper(), PROSE * 2,
        "word... " * 100, "antidisestablishmentarianism " * 60, "\n".join(f"of the {n} ..." for n in range(90)),
    ]  # fmt: skip
    found = judged(texts)
    table = pa.table({"row": range(len(texts)), **{name: part.to_struct_array() for name, part in found.items()}})
    limits = [limit for part in PUBLISHED.values() for limit in part if limit.finding not in IMPLIED]
    with pa.ipc.new_file(tmp_path / "features.arrow", table.schema) as file:
        file.write_table(table)
    rules = [RULES[limit.finding].when for limit in limits]
    answers = answer(tmp_path / "features.arrow", sorted(found), rules, tmp_path).to_pydict()
    columns = [("gopher", "quality"), ("gopher", "repetition"), ("c4", "findings_any"), ("fineweb", "findings")]
    for row in range(len(texts)):
        said = {reason for judge, column in columns for reason in found[judge].column(column)[row].as_py()}
        true = {limit.finding for n, limit in enumerate(limits) if answers[f"r{n}"][row]}
        assert true == said - IMPLIED
    assert not [reason for judge, column in columns for reason in found[judge].column(column)[0].as_py()]
    assert {limit.finding for limit in limits} - {
        reason for judge, column in columns for row in found[judge].column(column).to_pylist() for reason in row
    } <= {"too_many_words"}


@pytest.mark.slow
def test_a_document_of_too_many_words_is_found() -> None:
    found = judged(["the and " * 50_001])["gopher"]
    assert "too_many_words" in found.column("quality")[0].as_py()


def test_a_page_without_its_menu_is_kept_and_others_say_why_not(home, tmp_path) -> None:
    texts = {"page": f"Home\n\n{PROSE}\nThis page uses cookies to count its readers.\n", "stub": "Under construction."}
    rows = [{"text": text, "title": title, "licence": "CC0-1.0"} for title, text in texts.items()]
    unpermitted = {"text": PROSE.replace("ferry", "mill"), "title": "unpermitted"}
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, [*rows, unpermitted])))
    add(home, [tmp_path / "pages.jsonl"])
    decided = curate(home, policy="web").decisions.table().to_pylist()
    reasons = sorted((row["outcome"], tuple(row["reasons"])) for row in decided)
    assert reasons == [
        ("kept", ("page_furniture", "lines_that_c4_drops")), ("rejected", ("no_permission",)),
        ("rejected", ("too_few_words",)),
    ]  # fmt: skip
    (masks,) = [row["masks"] for row in decided if row["outcome"] == "kept"]
    raw = texts["page"].encode()
    assert sorted({raw[m["start"] : m["end"]].decode().strip() for m in masks}) == [
        "Home", "This page uses cookies to count its readers.",
    ]  # fmt: skip


def test_furniture_that_c4_keeps_is_masked(home, tmp_path) -> None:
    furniture = (
        "Related articles\nThe ferry that nobody rows\nAll rights reserved by nobody but us. All rights reserved.\n"
    )
    text = f"{PROSE}\n{furniture}"
    (tmp_path / "pages.jsonl").write_text(json.dumps({"text": text, "title": "page", "licence": "CC0-1.0"}))
    add(home, [tmp_path / "pages.jsonl"])
    (row,) = curate(home, policy="web").decisions.table().to_pylist()
    assert row["outcome"] == "kept"
    assert "page_furniture" in row["reasons"]
    assert masked(text, row["masks"], b"").strip() == PROSE.strip()
