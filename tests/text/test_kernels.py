"""The compiled tokenisation equals the reference, whatever the text and however Arrow holds it."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scapa.text.compiled import cache_folder, sources_digest
from scapa.text.kernels import tokenise, utf8
from scapa.text.words import spans, word_hash

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PROSE = st.text(st.sampled_from("abcXYZ'’ .-é\u0301ßﬁ中ไが\u00ad\u200bﷺ㍿½"), max_size=60)


def listed(tokens: object, text: int) -> list[tuple[int, int, int]]:
    part = slice(tokens.first[text], tokens.first[text + 1])
    return list(
        zip(tokens.hashes[part].tolist(), tokens.starts[part].tolist(), tokens.ends[part].tolist(), strict=True)
    )


def expected(text: str | None) -> list[tuple[int, int, int]]:
    return [(word_hash(word), start, end) for word, start, end in spans(text or "")]


@settings(deadline=None)  # the first example may compile
@given(st.lists(ANY | PROSE | st.none(), max_size=6))
@example(["ﷺ" * 50, "㌀" * 80, "a'" * 40, "中" * 90])
@example([])
def test_equals_the_reference(texts: list[str | None]) -> None:
    tokens = tokenise(texts)
    assert [listed(tokens, t) for t in range(len(texts))] == [expected(t) for t in texts]
    assert len(tokens.first) == len(texts) + 1


@settings(deadline=None)  # the first example may compile
@given(st.lists(ANY | st.none(), min_size=2, max_size=6), st.data())
def test_every_arrow_layout_gives_the_same(texts: list[str | None], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(texts)))
    small = pa.array(texts, pa.string())
    for array in (small, small.cast(pa.large_string()), pa.chunked_array([small[:cut], small[cut:]])):
        tokens = tokenise(array)
        assert [listed(tokens, t) for t in range(len(texts))] == [expected(t) for t in texts]
    sliced = tokenise(small[cut:])
    assert [listed(sliced, t) for t in range(len(texts) - cut)] == [expected(t) for t in texts[cut:]]


@settings(deadline=None)  # the first example may compile
@given(st.binary(max_size=40))
def test_bytes_that_are_no_text_separate_and_stay_in_bounds(data: bytes) -> None:
    tokens = tokenise(pa.array([b"ab " + data + b" cd"], pa.binary()))
    found = listed(tokens, 0)
    assert found[0] == (word_hash("ab"), 0, 2)
    assert all(0 <= start < end <= len(data) + 6 for _, start, end in found)


def test_a_broken_byte_separates() -> None:
    tokens = tokenise(pa.array([b"ab\xffcd \xe4\xb8"], pa.binary()))
    assert listed(tokens, 0) == [(word_hash("ab"), 0, 2), (word_hash("cd"), 3, 5)]


def test_arrow_strings_are_not_copied() -> None:
    array = pa.array(["one two", "three"])
    data, offsets = utf8(array)
    assert data.ctypes.data == array.buffers()[2].address
    assert offsets.tolist() == [0, 7, 12]


def _count(texts: list[str]) -> int:
    return len(tokenise(texts).hashes)


@pytest.mark.slow
def test_first_use_in_a_pool_of_new_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(_count, [["a b"], ["c d e"], ["f"]])) == [2, 3, 1]
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_the_cache_is_private_and_outside_the_package(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {"XDG_CACHE_HOME": str(tmp_path)}
    code = "import scapa.text.compiled, os; print(os.environ['NUMBA_CACHE_DIR'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    folder = tmp_path / "scapa" / "numba" / sources_digest()
    assert done.stdout.strip() == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_process_started_by_another_uses_its_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    mine = cache_folder()
    assert mine == tmp_path / sources_digest()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(mine))
    assert cache_folder() == mine


def test_a_cache_folder_that_cannot_be_private_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "file")}
    code = "import scapa.text.compiled, os; print(os.environ['NUMBA_CACHE_DIR'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() != str(tmp_path / "file")


def test_hashes_are_unsigned_64_bit() -> None:
    assert tokenise(["word"]).hashes.dtype == np.uint64
