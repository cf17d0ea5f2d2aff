"""The ledger's state is known without the ledger: the same name, and no compiled code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scapa.errors import HomeError
from scapa.ledger import Ledger
from scapa.ledger.state import state


def test_it_is_the_snapshot(tmp_path):
    folder = tmp_path / "generations"
    assert state(folder) == ""
    ledger = Ledger.open(folder)
    assert state(folder) == ledger.snapshot() == ""
    made = ledger.record("four words and more words", model="m")
    assert state(folder) == ledger.snapshot() != ""
    before = state(folder)
    ledger.forget(made.id)
    assert state(folder) == ledger.snapshot() != before


def test_a_damaged_ledger_is_one_clear_error(tmp_path):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(HomeError, match="ledger cannot be used"):
        state(tmp_path)


def test_it_loads_nothing_heavy():
    code = "import sys, scapa.ledger.state; sys.exit(bool({'numpy', 'numba', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_has_no_other_names():
    import scapa.ledger

    with pytest.raises(AttributeError):
        _ = scapa.ledger.nothing
