"""Licences: the table and nothing but the table; expressions; never weaker than what was written."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.rights.licences import OPEN, Finding, licence_finding

SHUT = ("CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0-UK", "NONE")
OBSCURE = ("GPL-3.0-only", "LicenseRef-Other", "Foo-1.0", "CC-BY", "proprietary")
RANK = {"withholds": 0, "unknown": 1, "permits": 2}


@pytest.mark.parametrize("name", sorted(OPEN))
def test_every_open_licence_permits(name):
    for purpose in ("train", "share"):
        assert licence_finding(name.upper(), purpose) == Finding("permits", (name,), OPEN[name])


@pytest.mark.parametrize("name", [*SHUT, "LicenseRef-All-Rights-Reserved"])
def test_known_restrictions_withhold(name):
    assert licence_finding(name, "train").verdict == "withholds"


@pytest.mark.parametrize(
    "text",
    # what other parsers take for CC-BY or public domain, and what is broken
    [
        *(
            "by-sa/2.0",
            "by/4.0",
            "CC BY 4.0",
            "CC-BY",
            "cc-by-4",
            "CC-BY-4.0+",
            "MIT+",
            "Creative Commons",
            "MIT License",
        ),
        *(
            "public domain",
            "https://creativecommons.org/licenses/by/4.0/",
            "CC-BY-4.0-NC",
            "CC-BY-5.0",
            "ＭＩＴ",
            "MİT",
        ),
        *(
            "MIT/Apache-2.0",
            "MIT, Apache-2.0",
            "MIT AND",
            "OR MIT",
            "(MIT",
            "MIT)",
            "()",
            "MIT MIT",
            "AND",
            "MIT & ISC",
        ),
        *("MIT WITH", "WITH MIT", "MIT WITH OR", "MIT NOT ISC", "(" * 60 + "MIT" + ")" * 60, "MIT OR " * 400 + "MIT"),
        *("", " ", "unknown", "NOASSERTION", "LicenseRef-MIT", "DocumentRef-x:MIT", "LicenseRef-Public-Domain-Maybe"),
        *("CC-BY-4.0\x00", "MIT\u00a0OR\u00a0ISC", "MIT WITH Classpath-exception-2.0", "GPL-3.0-only"),
    ],
)
def test_never_a_guess(text):
    assert licence_finding(text, "train").verdict == "unknown"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("MIT AND CC-BY-4.0", "permits"),
        ("MIT AND CC-BY-NC-4.0", "withholds"),
        ("MIT OR CC-BY-NC-4.0", "permits"),
        ("MIT AND GPL-3.0-only", "unknown"),
        ("CC-BY-NC-4.0 OR GPL-3.0-only", "unknown"),
        ("CC-BY-NC-4.0 OR MIT AND CC-BY-ND-4.0", "withholds"),  # AND binds closer
        ("(CC-BY-NC-4.0 OR MIT) AND ISC", "permits"),
        ("CC-BY-NC-4.0 or mit and isc", "permits"),
        ("((MIT))", "permits"),
    ],
)
def test_expressions(text, verdict):
    assert licence_finding(text, "share").verdict == verdict


def test_conditions_are_those_one_must_meet():
    both = licence_finding("CC-BY-SA-4.0 AND MIT", "share")
    assert both.conditions == ("attribution", "share-alike", "licence notice")
    either = licence_finding("CC-BY-SA-4.0 OR CC0-1.0", "share")
    assert (either.ids, either.conditions) == (("CC0-1.0",), ())


def test_a_licence_says_nothing_about_other_purposes():
    assert licence_finding("CC0-1.0", "impersonate").verdict == "withholds"
    assert licence_finding("CC0-1.0", "").verdict == "withholds"


IDS = st.sampled_from(["MIT", "CC0-1.0", *SHUT, *OBSCURE])
TREES = st.recursive(IDS, lambda part: st.tuples(st.sampled_from(["AND", "OR"]), part, part), max_leaves=8)


def written(tree):
    return tree if isinstance(tree, str) else f"({written(tree[1])} {tree[0]} {written(tree[2])})"


def rank(tree):
    if isinstance(tree, str):
        return 2 if tree in OPEN else 0 if tree in SHUT else 1
    return (min if tree[0] == "AND" else max)(rank(tree[1]), rank(tree[2]))


@settings(deadline=None)
@given(TREES)
def test_and_takes_the_weakest_or_the_strongest(tree):
    assert RANK[licence_finding(written(tree), "train").verdict] == rank(tree)


@settings(deadline=None)
@given(st.text())
def test_noise_never_raises_and_hardly_ever_permits(text):
    named = text.strip().lower() in {name.lower() for name in OPEN}
    assert (licence_finding(text, "train").verdict == "permits") is named


def python_rank(node, names):
    """Python's own `and`, `or` and parentheses are the same grammar; whatever else it reads is not."""
    if isinstance(node, ast.Name):
        return rank(names[node.id])
    if not isinstance(node, ast.BoolOp):
        raise SyntaxError
    return (min if isinstance(node.op, ast.And) else max)(python_rank(part, names) for part in node.values)


NAMES = {"a": "MIT", "b": "ISC", "c": "CC-BY-NC-4.0", "d": "GPL-3.0-only"}


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from([*NAMES, "and", "or", "(", ")"]), min_size=1, max_size=9))
def test_the_grammar_is_that_of_python(tokens):
    try:
        expected = python_rank(ast.parse(" ".join(tokens), mode="eval").body, NAMES)
    except SyntaxError:
        expected = 1
    text = " ".join(NAMES.get(token, token) for token in tokens)
    assert RANK[licence_finding(text, "train").verdict] == expected
