from __future__ import annotations

import re
import shutil
import subprocess

import pyarrow.parquet as pq
import pytest

from letters import mail, mbox, prose
from scapa.corpus.consent import grant, revoke
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.me import confirm
from scapa.corpus.release import LEAVES, check_permissions, leaf, open_release, release, releases
from scapa.corpus.source import remove_source
from scapa.corpus.why import why, why_text
from scapa.errors import CheckFailed, UnknownName, UsageError
from scapa.seal.manifest import verify
from scapa.seal.merkle import root
from scapa.store.home import Home


@pytest.fixture
def curated(home, tmp_path) -> Home:
    own = [mail(n, f"{prose(n)}\n\nwrite to carol{n}@example.org") for n in range(4)]
    other = [mail(9, prose(9), author="bob@example.org")]
    (tmp_path / "m.mbox").write_text(mbox(own + other))
    add(home, [tmp_path / "m.mbox"])
    confirm(home, ["ada@example.org"])
    home = Home.open(home.path, now=home.now)
    curate(home)
    return home


def test_a_release_holds_what_is_kept_masked_and_verifies(curated):
    made = release(curated)
    documents = list(made.documents())
    assert (len(documents), made.body["targets"], made.body["left_out"]) == (5, 4, 0)
    assert {d.role for d in documents if d.author == "bob@example.org"} == {"context"}
    assert not [d for d in documents if "@" in d.text]
    assert sum("[email:" in d.text for d in documents) == 4
    assert verify(made.path).ok
    assert open_release(curated).id == made.id == releases(curated)[-1].id


def test_ones_own_texts_are_without_others_words(curated):
    texts = release(curated).own_texts()
    assert len(texts) == 4
    assert not [text for text in texts if prose(9)[:40] in text]


def test_a_release_of_others_words_alone_gives_no_texts(home, mailbox):
    add(home, [mailbox([prose(1)], author="bob@example.org")])
    confirm(home, ["ada@example.org"])
    home = Home.open(home.path, now=home.now)
    curate(home)
    with pytest.raises(UsageError, match="no words of yours"):
        release(home).own_texts()


def test_the_root_is_over_the_documents_salted_leaves(curated):
    made = release(curated)
    rows = pq.read_table(next(made.path.glob("documents-*.parquet"))).to_pylist()
    assert root([leaf(row) for row in rows]).hex() == made.root
    assert len({row["salt"] for row in rows}) == len(rows)


def test_equal_documents_in_two_releases_have_other_leaves_and_placeholders(curated):
    first, second = release(curated), release(curated)
    assert first.root != second.root
    texts = [next(d.text for d in made.documents() if d.role == "target") for made in (first, second)]
    assert texts[0] != texts[1]
    assert texts[0].split("[email:")[0] == texts[1].split("[email:")[0]


def test_a_share_leaves_out_others_words_and_says_how_many(curated):
    made = release(curated, audience="share")
    documents = list(made.documents())
    assert (len(documents), made.body["left_out"]) == (4, 1)
    local = list(release(curated).documents())
    assert not {d.id for d in local} & {d.id for d in documents}
    assert not {d.author for d in local} & {d.author for d in documents}
    assert not [d for d in documents if d.author_name]


def test_sharing_is_a_purpose_of_its_own(curated):
    given = grant(curated, "bob@example.org", ["train"], None, "")
    curate(curated)
    assert release(curated).body["targets"] == 5
    assert release(curated, audience="share").body["left_out"] == 1
    revoke(curated, given["id"], "")
    grant(curated, "bob@example.org", ["train", "share"], None, "")
    curate(curated)
    assert release(curated, audience="share").body["left_out"] == 0


def test_what_was_withdrawn_since_the_decision_is_not_released(curated):
    given = grant(curated, "bob@example.org", ["train"], None, "")
    curate(curated)
    made = release(curated)
    check_permissions(curated, made)
    revoke(curated, given["id"], "")
    for action in (lambda: release(curated), lambda: check_permissions(curated, made)):
        with pytest.raises(CheckFailed, match="1 documents lost the permission"):
            action()
    curate(curated)
    assert release(curated).body["targets"] == 4
    remove_source(curated, "1")
    with pytest.raises(CheckFailed, match="5 the source"):
        release(curated)


def test_one_value_is_one_placeholder_in_a_release_and_another_in_the_next(home, tmp_path):
    numbers = ("+44 (0)20 7946 0958, PESEL 54040385021", "0044 20 7946-0958, pesel: 54040385021")
    mails = [mail(n, f"{prose(n)}\n\nCall {number}.") for n, number in enumerate(numbers)]
    (tmp_path / "m.mbox").write_text(mbox(mails))
    add(home, [tmp_path / "m.mbox"])
    confirm(home, ["ada@example.org"])
    home = Home.open(home.path, now=home.now)
    curate(home)
    first, second = ([_placeholders(d.text) for d in release(home).documents()] for _ in range(2))
    assert [kind for kind, _ in first[0]] == ["phone", "national_id"]
    assert first[0] == first[1]
    assert second[0] == second[1]
    assert not set(first[0]) & set(second[0])


def _placeholders(text):
    return re.findall(r"\[([a-z_]+):([0-9a-f]{6})\]", text)


def test_private_data_in_a_title_is_masked(home, tmp_path):
    subject = "call +44 20 7946 0958 or bob@priv.example"
    (tmp_path / "m.mbox").write_text(mbox([mail(1, prose(1)).replace("Letter 1", subject)]))
    add(home, [tmp_path / "m.mbox"])
    curate(home)
    (document,) = release(home).documents()
    assert "7946" not in document.title
    assert "bob" not in document.title
    assert document.title.startswith("call [phone:")


def test_the_newest_release_is_the_one_made_last(curated):
    for _ in range(6):
        assert release(curated).id == open_release(curated).id
    share = release(curated, audience="share")
    assert open_release(curated).id == share.id
    assert open_release(curated, audience="local").id != share.id


def test_standard_tools_accept_it(curated):
    made = release(curated)
    command = "ssh-keygen -Y verify -f allowed_signers -I scapa -n scapa-release -s SHA256SUMS.sig < SHA256SUMS"
    for line in (command, "sha256sum --quiet -c SHA256SUMS"):
        assert subprocess.run(line, shell=True, cwd=made.path, check=False, capture_output=True).returncode == 0


def test_a_changed_byte_is_refused_and_names_the_document(curated, tmp_path):
    made = release(curated)
    for n, document in enumerate(made.documents()):
        copy = tmp_path / f"copy{n}"
        shutil.copytree(made.path, copy)
        shard = next(copy.glob("documents-*.parquet"))
        data = shard.read_bytes()
        at = data.index(document.text.encode()[:60]) + 20
        shard.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        found = verify(copy)
        assert not found.ok
        assert [f for f in found.failures if document.id in f] == [
            f"document {document.id}: was altered ({shard.name})"
        ]


@pytest.mark.parametrize("stride", [997])
def test_any_changed_byte_anywhere_is_refused(curated, tmp_path, stride):
    made = release(curated)
    copy = tmp_path / "copy"
    shutil.copytree(made.path, copy)
    for path in sorted(copy.iterdir()):
        data = path.read_bytes()
        for at in range(0, len(data), max(1, min(stride, len(data) // 4))):
            path.write_bytes(data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :])
            assert not verify(copy).ok, (path.name, at)
        path.write_bytes(data)
    assert verify(copy).ok


def test_a_document_taken_out_is_missed_by_name(curated, tmp_path):
    made = release(curated)
    copy = tmp_path / "copy"
    shutil.copytree(made.path, copy)
    shard = next(copy.glob("documents-*.parquet"))
    table = pq.read_table(shard)
    gone = table["id"][2].as_py()
    rows = [row for row in table.to_pylist() if row["id"] != gone]
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), shard)
    assert f"document {gone}: is missing or unreadable" in verify(copy).failures


def test_the_leaves_say_nothing_of_the_text(curated):
    made = release(curated)
    text = (made.path / LEAVES).read_text()
    assert len(text.splitlines()) == 5
    assert "river" not in text


def test_nothing_to_release_is_said(home, tmp_path):
    (tmp_path / "m.mbox").write_text(mbox([mail(1, prose(1), extra="Auto-Submitted: auto-replied\n")]))
    add(home, [tmp_path / "m.mbox"])
    curate(home)
    with pytest.raises(UsageError, match="nothing to release"):
        release(home)
    assert releases(home) == []
    assert list(home.folder("releases").iterdir()) == []


def test_an_unknown_release_is_said(home):
    with pytest.raises(UnknownName, match="no release yet"):
        open_release(home)


def test_why_tells_the_whole_story(curated):
    made = release(curated)
    document = next(d for d in made.documents() if d.role == "target")
    story = why(curated, document.id[:12])
    assert story["id"] == document.id
    assert story["decision"] == "kept"
    assert "private_data" in story["reasons"]
    assert story["releases"] == [made.id]
    assert story["evidence"]["grade"] == "E1"
    assert "m.mbox" in story["source"][0]["locator"]
    assert "spans" in story["judgements"]["private"]


def test_why_knows_a_pasted_text(curated):
    found = why_text(curated, prose(9))
    assert [story["author"] for story in found["documents"]] == ["bob@example.org"]
    assert why_text(curated, prose(77))["documents"] == []


@pytest.mark.parametrize("name", ["", "zz", "ffffffffffff"])
def test_why_of_nothing_is_one_clear_error(curated, name):
    with pytest.raises((UsageError, UnknownName)):
        why(curated, name)


def test_a_pipe_in_place_of_a_file_is_refused_and_never_opened(curated):
    import os

    made = release(curated)
    (made.path / LEAVES).unlink()
    os.mkfifo(made.path / LEAVES)
    assert not verify(made.path).ok
