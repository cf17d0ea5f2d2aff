"""Licence: statements become SPDX exactly, or `unknown`."""

import pytest

from scapa.judges import JUDGES
from scapa.judges.licence import KNOWN, normalise
from scapa.records import Document
from scapa.store.schema import document_rows

_CC = "https://creativecommons.org/licenses"
_STATED = [
    (f"{_CC}/by-sa/2.0/", "CC-BY-SA-2.0"),
    (f"{_CC}/by-sa/2.0", "CC-BY-SA-2.0"),
    ("http://www.creativecommons.org/licenses/by/4.0/deed.de", "CC-BY-4.0"),
    (f"{_CC}/by/4.0/legalcode", "CC-BY-4.0"),
    (f"{_CC}/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0"),
    (f"{_CC}/by-nc-sa/4.0/", "CC-BY-NC-SA-4.0"),
    (f"{_CC}/by/3.0/us/", "CC-BY-3.0-US"),
    (f"{_CC}/by-sa/3.0/de/deed.de", "CC-BY-SA-3.0-DE"),
    (f"{_CC}/by-sa/3.0/fr/", "unknown"),  # a port without an SPDX id is not the unported licence
    (f"{_CC}/by-sa/", "unknown"),
    (f"{_CC}/by-sa/9.0/", "unknown"),
    (f"{_CC}/by-xx/4.0/", "unknown"),
    (f"{_CC}/by/4.0/evil/path", "unknown"),
    ("https://creativecommons.org.example.org/licenses/by/4.0/", "unknown"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
    ("https://creativecommons.org/publicdomain/zero/2.0/", "unknown"),
    ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
    ("CC-BY-SA 4.0 International", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution-ShareAlike 3.0 Unported License", "CC-BY-SA-3.0"),
    ("Creative Commons Attribution-NonCommercial 2.5 Generic", "CC-BY-NC-2.5"),
    ("CC BY", "unknown"),
    ("CC BY-SA", "unknown"),
    ("cc-by-4.0", "CC-BY-4.0"),
    ("mit", "MIT"),
    ("Apache-2.0", "Apache-2.0"),
    ("Apache", "unknown"),
    ("Apache-2.0 or MIT", "Apache-2.0 OR MIT"),
    ("(MIT OR Apache-2.0) AND CC-BY-4.0", "(MIT OR Apache-2.0) AND CC-BY-4.0"),
    ("MIT AND", "unknown"),
    ("(MIT", "unknown"),
    ("MIT MIT", "unknown"),
    ("MIT)", "unknown"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "unknown"),
    ("MIT OR Foo", "unknown"),
    ("GPL-3.0-or-later", "GPL-3.0-or-later"),
    ("public domain", "unknown"),
    ("All rights reserved", "unknown"),
    ("free", "unknown"),
    ("MIT " * 1000, "unknown"),
]


@pytest.mark.parametrize(("stated", "spdx"), _STATED)
def test_statement(stated, spdx):
    assert normalise(stated) == spdx


@pytest.mark.parametrize("spdx", sorted(KNOWN.values()))
def test_a_known_id_means_itself_in_any_case(spdx):
    assert {normalise(spdx), normalise(spdx.lower()), normalise(spdx.upper())} == {spdx}


def _judge(text, licence="unknown"):
    rows = document_rows([("0" * 64, Document("document", text, licence=licence))], 0).combine_chunks()
    row = JUDGES.make("licence")[0].judge(rows.to_batches()[0]).to_pylist()[0]
    assert row["error"] is None
    return row["spdx"], row["evidence"]


def test_the_source_comes_first():
    assert _judge("SPDX-License-Identifier: MIT", "CC BY 4.0") == ("CC-BY-4.0", "source: CC BY 4.0")
    assert _judge("x", "mine") == ("unknown", "source: mine")


def test_statements_in_the_text():
    assert _judge("# SPDX-License-Identifier: mit OR Apache-2.0\ncode") == (
        "MIT OR Apache-2.0",
        "text: SPDX-License-Identifier: mit OR Apache-2.0",
    )
    url = f"{_CC}/by-sa/2.0/"
    assert _judge(f"This essay is licensed under {url}.") == ("CC-BY-SA-2.0", f"text: {url}")


def test_a_mention_is_no_statement():
    assert _judge(f"See {_CC}/by/4.0/ for what the licence says.") == ("unknown", "")
    assert _judge("Nothing is said here.") == ("unknown", "")


def test_two_statements_that_differ_are_unknown():
    text = f"Text licensed under {_CC}/by/4.0/.\nPictures licensed under {_CC}/by-nc/4.0/."
    assert _judge(text)[0] == "unknown"
    assert "by-nc" in _judge(text)[1]
