"""The log of receipts: appended, chained, never quietly shorter."""

import stat
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import CheckFailed, HomeError
from scapa.rights import receipts as module
from scapa.rights.receipts import Receipts


def append(folder, statement, received=1):
    log = Receipts.open(folder)
    with log.locked():
        log.refresh()
        return log.append(statement, "signature", received)


@pytest.fixture
def folder(tmp_path):
    for n in range(3):
        append(tmp_path / "log", f"statement {n} é".encode(), 100 + n)
    return tmp_path / "log"


def test_what_is_appended_is_read(folder):
    found = [(r.number, r.received, r.statement.decode(), r.signature) for r in Receipts.open(folder)]
    assert found == [(n + 1, 100 + n, f"statement {n} é", "signature") for n in range(3)]


def test_no_folder_is_no_receipts(tmp_path):
    assert len(Receipts.open(tmp_path / "none")) == 0
    assert not (tmp_path / "none").exists()


def test_it_is_private(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["00000001.json", "00000002.json", "00000003.json", "HEAD"])
def test_a_lost_file_is_noticed(folder, name):
    (folder / name).unlink()
    with pytest.raises(CheckFailed, match=r"lost or altered|missing"):
        Receipts.open(folder)


@pytest.mark.parametrize("name", ["00000001.json", "00000003.json", "HEAD"])
def test_every_altered_byte_is_noticed(folder, name):
    data = (folder / name).read_bytes()
    for at in range(len(data)):
        (folder / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(CheckFailed, match="altered"):
            Receipts.open(folder)


def test_order_cannot_be_changed(folder):
    one, two = folder / "00000001.json", folder / "00000002.json"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    with pytest.raises(CheckFailed, match="receipt 1 was altered"):
        Receipts.open(folder)


@pytest.mark.parametrize("writes", range(6))
def test_interrupted_at_any_write(tmp_path, monkeypatch, writes):
    done, real = [], module.write_atomic

    def failing(path, data, **settings):
        if len(done) == writes:
            path.with_name(path.name + ".partial").write_bytes(data[:5])
            raise KeyboardInterrupt
        done.append(path.name)
        real(path, data, **settings)

    monkeypatch.setattr(module, "write_atomic", failing)
    with pytest.raises(KeyboardInterrupt):
        [append(tmp_path / "log", b"%d" % n) for n in range(9)]
    monkeypatch.setattr(module, "write_atomic", real)
    kept = [receipt.statement for receipt in Receipts.open(tmp_path / "log")]
    assert kept == [b"%d" % n for n in range(sum(name != "HEAD" for name in done))]
    append(tmp_path / "log", b"after")
    assert [receipt.statement for receipt in Receipts.open(tmp_path / "log")] == [*kept, b"after"]


def test_a_reader_sees_what_another_appends(folder):
    log = Receipts.open(folder)
    append(folder, b"new")
    log.refresh()
    assert [receipt.statement for receipt in log][-1] == b"new"


def test_writers_wait_for_each_other(tmp_path):
    program = (
        "import sys; from scapa.rights.receipts import Receipts\n"
        "for n in range(8):\n"
        "    log = Receipts.open(sys.argv[1])\n"
        "    with log.locked(): log.refresh(); log.append(sys.argv[2].encode(), 's', n)\n"
    )
    run = [subprocess.Popen([sys.executable, "-c", program, tmp_path / "log", name]) for name in ("a", "b", "c")]
    assert [process.wait() for process in run] == [0, 0, 0]
    statements = [receipt.statement for receipt in Receipts.open(tmp_path / "log")]
    assert sorted(statements) == sorted([b"a", b"b", b"c"] * 8)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HomeError), Receipts(tmp_path / "file" / "log").locked():
        pass


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text(), st.integers(0, 2**53 - 1)), max_size=4))
def test_round_trip(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("log")
    log = Receipts.open(folder)
    with log.locked():
        for statement, signature, received in rows:
            log.append(statement.encode(), signature, received)
    assert [(r.statement.decode(), r.signature, r.received) for r in Receipts.open(folder)] == rows
    assert list(Receipts.open(folder)) == list(log)
