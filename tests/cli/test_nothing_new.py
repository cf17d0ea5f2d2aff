"""A curate that finds nothing new is quick: it loads neither Arrow nor DuckDB nor compiled code."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest

from letters import prose
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add

HEAVY = {"pyarrow", "duckdb", "numba", "numpy", "torch", "py3langid"}
CODE = """
import json, sys
from scapa.cli import run
code = run(["curate", "--home", sys.argv[1], "--json"])
print(json.dumps([code, sorted(sys.modules)]))
"""


@pytest.fixture
def curated(home, mailbox):
    add(home, [mailbox([prose(n) for n in range(3)])])
    return curate(home).decisions


def test_it_loads_nothing_heavy_and_gives_the_same_decisions(home, curated):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(home.path)], check=True, capture_output=True, text=True, env=os.environ
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary, _, told = done.stdout.rstrip().rpartition("\n")
    code, modules = json.loads(told)
    assert code == 0
    assert json.loads(summary)["decision"] == curated.digest
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 1.0, "half a second of wall time is the aim; this is CPU time, on a slow machine"
