from __future__ import annotations

import pyarrow as pa
import pytest

from scapa.corpus.policy import check, columns, load_policy, parse_policy, presets
from scapa.corpus.rules import answer
from scapa.errors import SettingsError
from scapa.store.mapped import appending


@pytest.mark.parametrize("name", presets())
def test_every_preset_loads_under_its_own_name(name):
    assert load_policy(name).name == name


@pytest.mark.parametrize(
    "expression",
    ["a.b AND NOT c IN ('x', 'y')", "a BETWEEN 1 AND 2", "len(a.list) > 0", "coalesce(a > DATE '2020-01-01', FALSE)",
     "CASE WHEN a THEN b ELSE FALSE END", "a LIKE '%x%' OR a IS NULL", "list_contains(a.b, 'x')"],
)  # fmt: skip
def test_plain_expressions_are_allowed(expression):
    check(expression, "here")


@pytest.mark.parametrize(
    "expression",
    ["(SELECT 1)", "a IN (SELECT b FROM t)", "EXISTS (SELECT 1)", "read_text('/etc/hosts') = ''",
     "1) ; DROP TABLE t; (1",
     "1), (2", "a) FROM read_csv('x') WHERE (b", "repeat('x', 1000000000) = ''", "count(*) OVER () > 1",
     "[x FOR x IN a]",
     "range(1000000000) IS NULL", "*", "COLUMNS(*)", "$1", "a::BLOB IS NULL", "getenv('HOME') = ''", "nextval('s') = 1",
     "main.lower(a) = ''", "a -> b", "a COLLATE nocase = 'x'", "true -- comment\n) UNION SELECT (1", "", "x" * 3_000,
     "a > 1 ORDER BY 1", "sum(a) > 1", "a::STRUCT(x INT) IS NULL"],
)  # fmt: skip
def test_everything_else_is_refused(expression):
    with pytest.raises(SettingsError):
        check(expression, "here")


def test_the_columns_read_are_found():
    assert columns(["a.b > 1 AND len(c) > 0", "NOT d"]) == {"a", "c", "d"}


@pytest.mark.parametrize(
    ("text", "why"),
    [("name = 'x'", "'target' is missing"), ("name = 'x'\ntarget = 'a'\ntypo = 1", "unknown key 'typo'"),
     ("name='x'\ntarget='a'\n[[rule]]\nreason='r1'\nwhen='a'\naction='delete'", "no action 'delete'"),
     ("name='x'\ntarget='a'\n[[rule]]\nreason='r1'\nwhen='a'\naction='mask'", "needs spans"),
     ("name='x'\ntarget='a'\n[[rule]]\nreason='Bad Reason'\nwhen='a'\naction='keep'", "short name"),
     ("name='x'\ntarget='a'\n[[rule]]\nreason='r1'\nwhen='(SELECT 1)'\naction='keep'", "rule 1: subquery"),
     ("name = ", "not valid TOML")],
)  # fmt: skip
def test_a_bad_policy_says_what_and_where(text, why):
    with pytest.raises(SettingsError) as caught:
        parse_policy(text, "p.toml")
    assert why in str(caught.value)
    assert "p.toml" in str(caught.value)


def asked(folder, table, expressions, **options):
    """Ask expressions of a table in a file of two batches."""
    half = len(table) // 2
    with appending(folder / "features.arrow", table.schema) as put:
        put(table.slice(0, half))
        put(table.slice(half))
    return answer(folder / "features.arrow", table.column_names, expressions, folder, **options)


def test_answers_keep_order_and_null(tmp_path):
    table = pa.table({"row": [0, 1, 2], "a": [3, None, 1], "s": [{"x": True}, {"x": False}, None]})
    answers = asked(tmp_path, table, ["a > 2", "s.x", "a > 2 OR s.x IS NULL"])
    assert answers.to_pydict() == {"r0": [True, None, False], "r1": [True, False, None], "r2": [True, None, True]}


def test_the_order_is_kept_over_many_batches(tmp_path):
    table = pa.table({"row": list(range(300_000)), "a": [n % 7 for n in range(300_000)]})
    answers = asked(tmp_path, table, ["a = 3"])
    assert answers["r0"].to_pylist() == [n % 7 == 3 for n in range(300_000)]


def test_an_unknown_column_is_one_clear_error(tmp_path):
    with pytest.raises(SettingsError, match="nowhere"):
        asked(tmp_path, pa.table({"row": [0]}), ["nowhere > 1"])


def test_a_policy_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(SettingsError, match="took longer"):
        asked(tmp_path, pa.table({"row": [0]}), ["row > 1"], seconds=0.01)
