"""Processors: those that this process may use, on systems that can tell and on others; and no torch to know it."""

import os
import subprocess
import sys

import pytest

from scapa.cores import usable


@pytest.mark.parametrize(("count", "expected"), [(6, 6), (None, 1)])
def test_where_the_system_cannot_tell_all_are_counted(monkeypatch, count, expected):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert usable() == expected


def test_only_those_of_this_process_are_counted(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3}, raising=False)
    assert usable() == 2


def test_the_lab_knows_it_without_torch():
    code = "import sys, scapa.cores, scapa.lab; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
