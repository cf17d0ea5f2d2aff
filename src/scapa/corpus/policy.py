"""Policies: rules in TOML, each a SQL expression over the judgement columns, checked before anything runs it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from scapa.errors import SettingsError
from scapa.judges import JUDGES
from scapa.seal.canonical import digest

if TYPE_CHECKING:
    import duckdb

Action = Literal["reject", "review", "keep", "mask"]
Style = Literal["drop", "placeholder"]

_CLASSES = {
    "BETWEEN", "CASE", "CAST", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "OPERATOR", "TYPE",
}  # fmt: skip
_FUNCTIONS = {
    "+", "-", "*", "/", "abs", "contains", "ends_with", "len", "list_contains", "list_has_any", "lower", "list_value",
    "starts_with", "~~", "!~~",
}  # fmt: skip
_TYPES = {"BIGINT", "BOOLEAN", "DATE", "DOUBLE", "INTEGER", "TIMESTAMP", "VARCHAR"}
_MOST_RULES = 60
_LONGEST = 2_000  # characters of one expression


@dataclass(frozen=True, slots=True)
class Rule:
    """When the SQL expression `when` is true, `action` happens for `reason`; a mask names its spans and style."""

    reason: str
    when: str
    action: Action
    spans: str = ""
    style: Style = "drop"


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in order, and `target`: the expression that makes a kept document one to train on. `digest` names it."""

    name: str
    about: str
    target: str
    rules: tuple[Rule, ...]
    digest: str

    def expressions(self) -> list[str]:
        """Return every expression: the rules' in order, then the target's."""
        return [*(rule.when for rule in self.rules), self.target]

    def judges(self) -> set[str]:
        """Return the names that may be judges': the columns that the expressions read, and the spans that masks cut."""
        return columns(self.expressions()) | {rule.spans for rule in self.rules if rule.spans}


def presets() -> list[str]:
    """Return the names of the policies that come with Scapa."""
    return sorted(p.name.removesuffix(".toml") for p in files("scapa.corpus").joinpath("policies").iterdir())


def load_policy(name: str) -> Policy:
    """Return a preset, or the policy in the TOML file at the path `name`, every expression checked.

    Raises `SettingsError` naming the rule for an unknown key or anything outside the allowed SQL.
    """
    return parse_policy(_text(name), name)


def policy_digest(name: str) -> str:
    """Return the `digest` of the policy `name` without reading its rules: what was decided by it was checked then."""
    return digest(_text(name).encode())


def _text(name: str) -> str:
    if name in presets():
        return files("scapa.corpus").joinpath("policies", f"{name}.toml").read_text("utf-8")
    if Path(name).is_file():
        return Path(name).read_text("utf-8")
    raise SettingsError(f"no policy {name!r}", next=f"a TOML file, or one of: {', '.join(presets())}")


@cache
def maskable() -> list[str]:
    """Return what a rule can mask: the judgements that have spans, and what was generated here."""
    return sorted({"ledger", *(cls.name for cls in JUDGES if "spans" in cls().columns)})


def parse_policy(text: str, where: str) -> Policy:
    """Return the policy that a TOML text says."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", where=where) from None
    _keys(table, {"name", "about", "target", "rule"}, {"name", "target"}, where)
    if len(table.get("rule", [])) > _MOST_RULES:
        raise SettingsError(f"more than {_MOST_RULES} rules", where=where, next="join some with OR")
    rules = tuple(_rule(rule, f"{where}: rule {n}") for n, rule in enumerate(table.get("rule", []), 1))
    policy = Policy(str(table["name"]), str(table.get("about", "")), str(table["target"]), rules, digest(text.encode()))
    check(policy.target, f"{where}: target")
    return policy


def _rule(table: dict[str, Any], where: str) -> Rule:
    _keys(table, {"reason", "when", "action", "spans", "style"}, {"reason", "when", "action"}, where)
    if table["action"] not in get_args(Action):
        raise SettingsError(
            f"no action {table['action']!r}", where=where, next=f"one of: {', '.join(get_args(Action))}"
        )
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,60}", str(table["reason"])):
        raise SettingsError("a reason is a short name like too_few_words", where=where)
    if table["action"] == "mask" and table.get("spans") not in maskable():
        raise SettingsError(f"a mask needs spans, one of: {', '.join(maskable())}", where=where)
    if table.get("style", "drop") not in get_args(Style):
        raise SettingsError(f"no style {table['style']!r}", where=where, next=f"one of: {', '.join(get_args(Style))}")
    check(str(table["when"]), where)
    return Rule(**table)


def _keys(table: dict[str, Any], known: set[str], needed: set[str], where: str) -> None:
    if unknown := set(table) - known:
        raise SettingsError(f"unknown key {min(unknown)!r}", where=where, next=f"known: {', '.join(sorted(known))}")
    if missing := needed - set(table):
        raise SettingsError(f"the key {min(missing)!r} is missing", where=where)


def check(expression: str, where: str) -> None:
    """Raise `SettingsError` unless `expression` is one plain boolean expression over columns.

    DuckDB's own parser gives the tree; every node must be of a listed class, every function and type a listed one,
    so nothing reads files, makes tables, runs subqueries or allocates without bound.
    """
    _columns(expression, where)


def columns(expressions: list[str]) -> set[str]:
    """Return the top-level columns that the expressions read."""
    return set().union(*(_columns(expression, "policy") for expression in expressions))


def _columns(expression: str, where: str) -> set[str]:
    if len(expression) > _LONGEST:
        raise SettingsError(f"an expression of over {_LONGEST} characters", where=where)
    answer = _parser().execute("SELECT json_serialize_sql(?)", [f"SELECT ({expression}\n)"]).fetchone()
    tree: dict[str, Any] = json.loads(answer[0]) if answer else {"error": True}
    if tree["error"]:
        raise SettingsError(f"not SQL: {tree.get('error_message', '')}", where=where)
    node = tree["statements"][0]["node"]
    plain = len(tree["statements"]) == 1 and node["type"] == "SELECT_NODE" and len(node["select_list"]) == 1
    if not plain or node["from_table"]["type"] != "EMPTY" or node["where_clause"] or node["modifiers"]:
        raise SettingsError("must be one expression", where=where)
    found = set()
    for part in _nodes(node["select_list"][0]):
        _allowed(part, where)
        if part["class"] == "COLUMN_REF":
            found.add(part["column_names"][0])
    return found


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(config={"threads": 1, "enable_external_access": False})


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "class" in value:
            yield value
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part)


def _allowed(node: dict[str, Any], where: str) -> None:
    if node["class"] not in _CLASSES:
        raise SettingsError(f"{node['class'].lower()} is not allowed in a rule", where=where)
    if node["class"] == "FUNCTION" and (node["function_name"] not in _FUNCTIONS or node.get("schema")):
        allowed = ", ".join(sorted(_FUNCTIONS))
        raise SettingsError(
            f"the function {node['function_name']!r} is not allowed", where=where, next=f"allowed: {allowed}"
        )
    if node["class"] == "TYPE" and node["type_name"].upper() not in _TYPES:
        raise SettingsError(f"the type {node['type_name']!r} is not allowed", where=where)
