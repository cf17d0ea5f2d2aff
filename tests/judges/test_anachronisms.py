"""The tables of first attestations: well formed, sure, and every entry found from its day on."""

from collections import Counter

import pytest

from scapa.judges.anachronisms import (
    FOLDER,
    MAIL_TABLES,
    TEXT_TABLES,
    day,
    entries,
    mail_table,
    text_table,
    written_out,
)  # fmt: skip
from scapa.text.words import words

_EVERY = [*TEXT_TABLES, *MAIL_TABLES]


@pytest.mark.parametrize("table", _EVERY)
def test_lines_are_well_formed(table):
    for line in (FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines():
        assert line == line.rstrip(), line
        assert line.startswith("# ") or 2 <= len(line.split("\t")) <= 4, line


@pytest.mark.parametrize("table", _EVERY)
def test_dates_are_dates_and_steps_ascend(table):
    for entry in entries([table]):
        dates = [date for _, date in entry.steps] or [entry.since]
        assert all(1790 <= int(date[:4]) <= 2026 or table.endswith("versions") for date in dates), entry.form
        assert all(day(date) for date in dates), entry.form
        steps = [version for version, _ in entry.steps]
        assert steps == sorted(set(steps)), entry.form


@pytest.mark.parametrize("table", _EVERY)
def test_forms_have_words_and_context_is_single_words(table):
    for entry in entries([table]):
        for form in written_out(entry.form):
            assert words(form), entry.form
            assert not {"{", "}", "\t"} & set(form), entry.form
        assert all(len(words(word)) == 1 for word in (*entry.near, *entry.far)), entry.form


def test_no_line_stands_twice():
    for table in _EVERY:
        lines = [(entry.form, entry.near, entry.far) for entry in entries([table])]
        assert [line for line, n in Counter(lines).items() if n > 1] == []


def test_the_table_is_wide():
    forms = [form for entry in entries(TEXT_TABLES) for form in written_out(entry.form)]
    assert len(set(forms)) > 5_000


@pytest.mark.parametrize(("table", "tables"), [(text_table, TEXT_TABLES), (mail_table, MAIL_TABLES)])
def test_every_entry_is_found(table, tables):
    """Each form in a text of its own, with a word that must stand near, and with the version of its last step."""
    texts, wanted = [], []
    attested = table()
    for entry in entries(tables):
        for form in written_out(entry.form):
            version = " " + ".".join(map(str, entry.steps[-1][0])) if entry.steps else ""
            near = f" {entry.near[0]}" if entry.near else ""
            texts.append(f"{form.strip('^')}{version} {near}")
            wanted.append(len(texts) - 1)
    hits = attested.phrases.find(texts)
    found = set(zip(hits.rows.tolist(), hits.phrases.tolist(), strict=True))
    assert [texts[p] for p in wanted if (p, p) not in found] == []


def test_choices_are_written_out():
    assert written_out("{on,via} Slack") == ["on Slack", "via Slack"]
    assert written_out("blog{,ger}{s}") == ["blogs", "bloggers"]
    assert written_out("plain") == ["plain"]
    assert len(written_out("{a,b}" * 5)) == 32


def test_a_date_that_is_none_is_refused():
    with pytest.raises(ValueError, match="2010-13"):
        day("2010-13")
