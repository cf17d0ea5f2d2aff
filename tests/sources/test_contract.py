"""What every registered reader must do, whoever wrote it."""

import hashlib
import os
import socket

import pytest

from scapa.records import Found, Problem
from scapa.sources import READERS
from scapa.sources.detection import detect

NAMES = READERS.names()


def read_all(reader, root):
    """Everything a reader yields for a path, files in its own order."""
    items = []
    for file in reader.files(root):
        items += [file] if isinstance(file, Problem) else reader.read(file)
    return items


def state(root):
    paths = sorted(p for p in [root, *root.rglob("*")] if p.is_file())
    return [(p, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths]


@pytest.fixture(params=NAMES)
def case(request, sample):
    reader, recipe = READERS.make(request.param)
    assert recipe.name == request.param
    assert recipe.version == reader.version >= 1
    return reader, sample(request.param)


def test_counts_and_conserves_what_is_there(case):
    reader, sample = case
    items = read_all(reader, sample.root)
    assert sum(isinstance(item, Found) for item in items) == sample.records
    assert sum(isinstance(item, Problem) for item in items) == sample.problems


def test_is_deterministic_and_leaves_the_source_alone(case):
    reader, sample = case
    before = state(sample.root)
    first, second = read_all(reader, sample.root), read_all(READERS.make(reader.name)[0], sample.root)
    assert first == second
    assert state(sample.root) == before


def test_locators_are_unique_within_a_file_and_raw_is_not_empty(case):
    reader, sample = case
    found = [item for item in reader.read(sample.main) if isinstance(item, Found)]
    assert len({item.locator for item in found}) == len(found) >= 1
    assert all(item.raw and item.locator for item in found)


def test_raw_bytes_are_the_files_own(case):
    reader, sample = case
    data = sample.main.read_bytes()
    assert all(item.raw in data for item in reader.read(sample.main) if isinstance(item, Found))


def test_text_and_spans_are_sound(case):
    reader, sample = case
    for item in read_all(reader, sample.root):
        if isinstance(item, Found):
            check_document(item.document)


def check_document(document):
    data = document.text.encode()  # raises on lone surrogates
    assert "\r" not in document.text
    assert "\x00" not in document.text
    for span in document.spans:
        assert 0 <= span.start < span.end <= len(data)
        data[: span.start].decode()
        data[: span.end].decode()
    for a in document.spans:
        for b in document.spans:
            disjoint = a.end <= b.start or b.end <= a.start
            nested = (a.start <= b.start and b.end <= a.end) or (b.start <= a.start and a.end <= b.end)
            assert disjoint or nested


def test_resumes_where_it_stopped_if_it_says_so(case):
    reader, sample = case
    items = list(reader.read(sample.main))
    if not reader.appendable:
        assert all(item.end == 0 for item in items if isinstance(item, Found))
        return
    for place, item in enumerate(items):
        if isinstance(item, Found):
            assert item.end > 0
            assert list(reader.read(sample.main, item.end)) == items[place + 1 :]
    last = [item for item in items if isinstance(item, Found)][-1]
    with sample.main.open("ab") as file:
        file.write(sample.main.read_bytes())
    again = list(reader.read(sample.main, last.end))
    assert [type(item) for item in again] == [type(item) for item in items]
    assert list(reader.read(sample.main)) == items + again


def test_a_cut_file_never_raises_and_loses_no_record_silently(case, tmp_path):
    reader, sample = case
    whole = sample.main.read_bytes()
    full = len(list(reader.read(sample.main)))
    cut = tmp_path / f"cut{sample.main.suffix}"
    counts = []
    for size in range(len(whole) + 1):
        cut.write_bytes(whole[:size])
        items = list(reader.read(cut))
        counts.append(len(items))
        assert all(isinstance(item, (Found, Problem)) for item in items)
    assert counts[-1] == full
    assert max(counts) <= full + 1  # at most the break itself is one more problem
    assert all(counts[1 + whole.find(whole.strip()[:1]) :])  # something was there, so something is counted


def test_flipped_bytes_never_raise(case, tmp_path):
    reader, sample = case
    whole = sample.main.read_bytes()
    bad = tmp_path / f"bad{sample.main.suffix}"
    for place in range(0, len(whole), 5):
        for value in (0, 0xFF, ord("\n"), ord("<")):
            bad.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            for item in reader.read(bad):
                if isinstance(item, Found):
                    check_document(item.document)


def test_what_cannot_be_opened_is_a_problem_and_never_blocks(case, tmp_path):
    reader, _ = case
    folder = tmp_path / "odd"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    (folder / "gone").symlink_to(folder / "nowhere")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "sock"))
    with server:
        items = list(reader.files(folder))
    assert {item.where for item in items} == {"pipe", "loop", "gone", "sock"}
    assert all(isinstance(item, Problem) for item in items)
    for name in ("pipe", "nowhere"):
        (problem,) = list(reader.read(folder / name))
        assert problem.where == name
        assert problem.why.startswith("cannot be read")


def test_a_forbidden_file_is_a_problem(case, monkeypatch):
    def refuse(path, flags):
        raise PermissionError(13, "Permission denied", str(path))

    reader, sample = case
    monkeypatch.setattr("scapa.sources.files.os.open", refuse)  # chmod would not stop root
    (problem,) = list(reader.read(sample.main))
    assert problem.why == "cannot be read: Permission denied"


def test_every_reader_knows_its_own_format_and_says_why(case):
    reader, sample = case
    claim = detect(sample.root)
    assert claim.reader == reader.name
    assert 0 < claim.confidence <= 1
    assert claim.why


def test_problems_hold_no_content(case, tmp_path):
    reader, sample = case
    secret = b"s3cretword"
    for data in (secret * 9, b'{"' + secret + b'": 1', secret + b"\n\n" + secret + b"\x00", b"From " + secret):
        odd = tmp_path / f"odd{sample.main.suffix}"
        odd.write_bytes(data)
        for item in reader.read(odd):
            if isinstance(item, Problem):
                assert "s3cret" not in item.where + item.why


def test_an_empty_file_is_at_most_a_problem(case, tmp_path):
    reader, sample = case
    empty = tmp_path / f"empty{sample.main.suffix}"
    empty.write_bytes(b"")
    assert all(isinstance(item, Problem) for item in reader.read(empty))
