"""Compiled code is made ready in the background: once a version, by one process, without anyone's data."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time

import pytest

from scapa.corpus import warm


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_ready_once_it_has_been_made_ready(cache, monkeypatch):
    ran = []
    monkeypatch.setattr(warm, "_go_through", lambda: ran.append(1))
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(warm.signal, "alarm", lambda _: 0)
    assert not warm.is_ready()
    warm.main()
    assert warm.is_ready()
    assert not warm.start()
    warm.main()
    assert ran == [1]
    monkeypatch.setattr(warm, "version", lambda _: "another numba")
    assert not warm.is_ready()
    warm.main()
    assert ran == [1, 1]
    assert len(list(cache.glob("ready-*"))) == 1


def test_two_do_not_work_at_once(cache, monkeypatch):
    monkeypatch.setattr(warm, "_go_through", lambda: pytest.fail("another process is at it"))
    assert not warm.is_ready()
    with (cache / "warm.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        warm.main()


def test_where_nothing_can_be_kept_nothing_is_started(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(os, "posix_spawn", lambda *_, **__: pytest.fail("started"))
    assert not warm.start()


def test_asking_loads_nothing_heavy(cache):
    code = (
        "import sys; from scapa.corpus.warm import is_ready; is_ready();"
        " sys.exit(bool({'numba', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_a_process_makes_every_kernel_of_the_chain_ready(cache):
    assert warm.start()
    until = time.monotonic() + 240
    while not warm.is_ready() and time.monotonic() < until:
        time.sleep(0.5)
    assert warm.is_ready()
    kept = sorted(cache.rglob("*.nbi"))
    assert kept
    code = "from scapa.corpus.warm import _go_through; _go_through()"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert sorted(cache.rglob("*.nbi")) == kept
