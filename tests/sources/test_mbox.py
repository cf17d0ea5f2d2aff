import hashlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.errors import UsageError
from scapa.records import Found, Problem
from scapa.sources import READERS
from scapa.sources.eml import Eml
from scapa.sources.maildir import Maildir
from scapa.sources.mbox import Mbox

FROM = b"From ada@example.org Mon Mar  5 10:00:00 2001\n"
HEAD = b"From: ada@example.org\nDate: Mon, 05 Mar 2001 10:00:00 +0100\nMessage-ID: <m%d@x>\n"
BODY = b"Dear Bob,\n\nFrom here it looks well.\n>From there, too.\n>>From afar.\n\nFrom\n\nAda\n"


def quoted(body, variant):
    lines = body.split(b"\n")
    if variant == "mboxrd":
        lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    elif variant in ("mboxo", "mboxcl"):
        lines = [b">" + line if line.startswith(b"From ") else line for line in lines]
    return b"\n".join(lines)


def written(variant, bodies, length=None):
    out = b""
    for number, body in enumerate(bodies):
        body = quoted(body, variant)
        size = b"Content-Length: %d\n" % (length or len(body)) if variant in ("mboxcl", "mboxcl2") else b""
        out += FROM + HEAD % number + size + b"\n" + body + b"\n"
    return out


def texts(path, **settings):
    return [item.document.text for item in Mbox(**settings).read(path)]


def alike(text):
    """Lines that begin with `>*From ` are one to the ingest layer."""
    return [line.lstrip(">") if line.lstrip(">").startswith("From ") else line for line in text.split("\n")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("variant", ["mboxo", "mboxrd", "mboxcl", "mboxcl2"])
def test_four_variants_one_text(tmp_path, variant, end):
    path = tmp_path / "a.mbox"
    bodies = [BODY, b"Short.\n", b"From the start,\nto the end.\n"]
    path.write_bytes(
        written(variant, [b.replace(b"\n", end) for b in bodies]).replace(b"\r\n", b"\n").replace(b"\n", end)
    )
    if end == b"\r\n" and variant in ("mboxcl", "mboxcl2"):
        raw = b""
        for number, body in enumerate(bodies):
            body = quoted(body, variant).replace(b"\n", end)
            head = (FROM + HEAD % number + b"Content-Length: %d\n\n" % len(body)).replace(b"\n", end)
            raw += head + body + end
        path.write_bytes(raw)
    plain = [b.decode().rstrip("\n") for b in bodies]
    assert texts(path, variant=variant)[1:] == plain[1:]
    if variant in ("mboxrd", "mboxcl2"):
        assert texts(path, variant=variant) == plain
        assert texts(path) == plain
    assert [alike(text) for text in texts(path)] == [alike(text) for text in plain]


def test_mbox_maildir_and_eml_give_the_same_document(tmp_path):
    message = HEAD % 0 + b"\n" + BODY
    (tmp_path / "a.mbox").write_bytes(written("mboxrd", [BODY]))
    (tmp_path / "a.eml").write_bytes(message)
    (tmp_path / "1.M.h:2,S").write_bytes(message.replace(b"\n", b"\r\n"))
    (box,) = Mbox().read(tmp_path / "a.mbox")
    (eml,) = Eml().read(tmp_path / "a.eml")
    (crlf,) = Maildir().read(tmp_path / "1.M.h:2,S")
    assert box.document == eml.document
    assert (crlf.document.text, crlf.document.body_sha256) == (eml.document.text, eml.document.body_sha256)
    assert box.flaws == ("unquoted_from",)
    assert crlf.locator == "1.M.h"


@pytest.mark.parametrize("length", [1, 5, 10_000, 999_999_999_999])
def test_a_content_length_that_lies_is_not_believed(tmp_path, length):
    path = tmp_path / "a.mbox"
    path.write_bytes(written("mboxcl", [b"One.\nTwo.\n", b"Three.\n"], length))
    items = list(Mbox().read(path))
    assert [i.document.text for i in items] == ["One.\nTwo.", "Three."]
    assert all("false_content_length" in i.flaws for i in items)


def test_offsets_and_raw_bytes(tmp_path):
    data = written("mboxo", [b"One.\n", b"Two.\n"])
    path = tmp_path / "a.mbox"
    path.write_bytes(data)
    one, two = Mbox().read(path)
    assert (one.locator, two.locator) == ("0", str(one.end))
    assert two.end == len(data)
    assert one.raw == data[: one.end - 1]  # the empty line between messages belongs to neither
    assert one.document.body_sha256 == hashlib.sha256(b"One.\r\n").hexdigest()


@pytest.mark.parametrize(
    "line",
    [b"From now on", b"From 10:30 on we met at ten.", b"From: a header", b"From ada@example.org I heard", b"From"],
)
def test_prose_that_begins_with_from_is_no_message(tmp_path, line):
    path = tmp_path / "a.mbox"
    path.write_bytes(FROM + HEAD % 1 + b"\nHello.\n\n" + line + b"\nand more.\n\n" + FROM + HEAD % 2 + b"\nx\n")
    found = texts(path, variant="mboxcl2")
    assert len(found) == 2
    assert line.decode() in found[0]


def test_a_missing_empty_line_before_a_message_is_forgiven(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(FROM + HEAD % 1 + b"\nOne." + b"\n" + FROM + HEAD % 2 + b"\nTwo.\n")
    assert texts(path) == ["One.", "Two."]


def test_other_from_lines(tmp_path):
    path = tmp_path / "a.mbox"
    lines = [b"From - Mon Mar 05 10:00:00 2001", b"From 12@xxx Mon Mar 05 10:00:00 +0000 2001", b"From ada@x.org"]
    path.write_bytes(b"\n".join(line + b"\n" + HEAD % 1 + b"\nx\n" for line in lines))
    assert texts(path) == ["x", "x", "x"]


def test_text_before_the_first_message_is_one_problem(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(b"\nprivate\nwords\n\n" + written("mboxo", [b"One.\n"]))
    problem, found = Mbox().read(path)
    assert problem == Problem("a.mbox at byte 0", "text before the first From line")
    assert found.document.text == "One."


def test_a_mail_that_grew_is_noticed_when_resuming(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(FROM + HEAD % 1 + b"\nhalf a sen")
    (half,) = Mbox().read(path)
    path.write_bytes(FROM + HEAD % 1 + b"\nhalf a sentence\n\n" + FROM + HEAD % 2 + b"\nTwo.\n")
    problem, two = Mbox().read(path, half.end)
    assert "grown" in problem.why
    assert two.document.text == "Two."


def test_gigantic_messages_and_lines_cost_bounded_memory(tmp_path):
    path = tmp_path / "a.mbox"
    with path.open("wb") as file:
        file.write(FROM + HEAD % 1 + b"\n")
        for _ in range(30):
            file.write(b"x" * 1_000_000)
        file.write(b"\n\n" + FROM + HEAD % 2 + b"\nTwo.\n")
    tracemalloc.start()
    problem, two = Mbox(record_limit=100_000).read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more than 100,000" in problem.why
    assert two.document.text == "Two."
    assert peak < 3_000_000


def test_a_big_file_is_streamed(tmp_path):
    path = tmp_path / "a.mbox"
    one = written("mboxrd", [b"word " * 2_000 + b"\n"])
    path.write_bytes(one * 400)
    tracemalloc.start()
    count = sum(isinstance(item, Found) for item in Mbox().read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 400
    assert peak < 1_000_000  # the file has 4 MB


def test_unknown_variants_are_refused():
    with pytest.raises(UsageError, match="mboxx"):
        READERS.make("mbox", variant="mboxx")


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["From x", ">From y", "", "a b", ">>From", "From ", "é"]), max_size=6).map("\n".join),
        min_size=1,
        max_size=4,
    )
)
def test_mboxrd_round_trip(bodies):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mbox"
        path.write_bytes(written("mboxrd", [body.encode() + b"\n" for body in bodies]))
        assert texts(path) == [body.rstrip("\n") if body.strip() else "" for body in bodies]
