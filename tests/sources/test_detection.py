import os
from pathlib import Path

import pytest

from scapa.errors import InputError
from scapa.sources.detection import detect, plan

MAIL = b"From: a@b.c\nSubject: s\nDate: Mon, 05 Mar 2001 10:00:00 +0100\n\nbody\n"
MBOX = b"From a@b.c Mon Mar  5 10:00:00 2001\n" + MAIL


def put(folder: Path, **files):
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_a_mixed_folder_is_planned_file_by_file_and_nothing_is_left_out(tmp_path):
    put(
        tmp_path,
        a_mbox=MBOX * 2,
        b_md=b"# Note\n",
        c__00001=MAIL,
        d_png=b"\x89PNG\r\n\x1a\n\x00\x00",
        e_csv=b"a,b\n1,2\n",
        f_txt=b"words\n",
        g_jsonl=b'{"text": "x"}\n',
        h_txt=b"",
        i_html=b"<html><p>x</html>",
        m__cur__1=MAIL,
        m__new__2=MAIL,
        m__tmp__3=MAIL,
        m__note_md=b"# in a Maildir\n",
        m__sub__cur__4=MAIL,
        m__sub__new__5=MAIL,
        result_json=b'{"name": "x", "type": "personal_chat", "id": 1, "messages": []}',
    )
    os.mkfifo(tmp_path / "pipe")
    found = plan(tmp_path)
    assert [(part.reader, part.path.relative_to(tmp_path).as_posix()) for part in found.parts] == [
        ("mbox", "a.mbox"),
        ("markdown", "b.md"),
        ("text", "f.txt"),
        ("table", "g.jsonl"),
        ("html", "i.html"),
        ("telegram", "result.json"),
        ("eml", "c/00001"),
        ("maildir", "m"),
    ]
    assert all(part.why for part in found.parts)
    assert {problem.where: problem.why for problem in found.problems} == {
        "d.png": "not text: a PNG image",
        "e.csv": "no reader takes text with the ending .csv unasked: name one with --format",
        "h.txt": "an empty file",
        "pipe": "not a regular file: a pipe",
    }


def test_one_reader_for_a_folder_of_one_kind(tmp_path):
    put(tmp_path, **{f"0000{n}_ab{n}": MAIL for n in range(5)})
    found = detect(tmp_path)
    assert (found.reader, found.confidence) == ("eml", pytest.approx(0.9))
    assert found.why.startswith("5 of the first 5 files")


@pytest.mark.parametrize(
    ("name", "data", "reader"),
    [
        ("x", MBOX, "mbox"),
        ("x", MAIL, "eml"),
        ("x.txt", MAIL, "eml"),
        ("x.txt", b"To: be or not to be\n\nthat is the question\n", "text"),
        ("x.txt", b"Subject: one header is no mail\n\nwords\n", "text"),
        ("x", b'{"text": "a"}\n{"text": "b"}\n', "table"),
        ("README", b"words\n", "text"),
        ("x.bin", b"PAR1\x00\x00", "table"),
        ("post", b"---\ntitle: x\n---\nwords\n", "markdown"),
    ],
)
def test_content_before_names(tmp_path, name, data, reader):
    (tmp_path / name).write_bytes(data)
    assert detect(tmp_path / name).reader == reader


def test_clear_errors(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.txt").write_bytes(b"")
    (tmp_path / "a.bin").write_bytes(b"\x00\x01\x02" * 9)
    os.mkfifo(tmp_path / "pipe")
    for name, words in {
        "missing": "No such file",
        "empty": "an empty folder",
        "nothing.txt": "an empty file",
        "a.bin": "no reader knows",
        "pipe": "neither a file nor a folder",
    }.items():
        with pytest.raises(InputError, match=words) as error:
            detect(tmp_path / name)
        assert error.value.next
        assert name in error.value.where
