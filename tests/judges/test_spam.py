"""Spam: signs of the headers, a word classifier that is taught, and what teaching changes and does not change."""

import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from letters import mail, mbox, prose
from scapa.corpus.chain import judges, keys
from scapa.corpus.ingest import add
from scapa.corpus.judging import judge_new
from scapa.corpus.labels import label, undo
from scapa.judges import JUDGES
from scapa.judges.spam import Spam
from scapa.judges.spam_model import START, groups, messages, start_digest
from scapa.judges.spam_signs import SIGNS, signs, weigh
from scapa.records import Document
from scapa.store.home import Home
from scapa.store.schema import document_rows

PLAIN = b"Received: by x\nMessage-ID: <1@x.org>\nDate: Mon, 3 Mar 2014 10:15:00 +0100\nUser-Agent: Mutt/1.5\n"
OFFER = "Congratulations! You have won a free prize. Click here to claim your cash now, this offer expires today."
LETTER = (
    "Thanks for the minutes. Could we move the meeting to Thursday? The figures of the second table look odd to me."
)

_CASES = [
    # headers beside those that a plain mail has, subject, signs
    ("", "boat", []),
    ("X-Spam-Flag: YES", "boat", ["marked_as_spam"]),
    ("X-Spam-Status: Yes, score=9.1", "boat", ["marked_as_spam"]),
    ("X-Spam-Status: No, score=0.1", "boat", ["passed_a_filter"]),
    ("X-Gmail-Labels: Spam,Unread", "boat", ["marked_as_spam"]),
    ("X-Gmail-Labels: Nospam,Antispam club", "boat", []),
    ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SFV:SPM;", "boat", ["marked_as_spam"]),
    ("X-Bogosity: Spam, tests=bogofilter", "boat", ["marked_as_spam"]),
    ("", "[SPAM] boat", ["marked_as_spam"]),
    ("", "the [SPAM] filter", []),
    ("Authentication-Results: mx; spf=pass; dkim=fail; dmarc=fail (p=none)", "boat", ["failed_authentication"]),
    ("Authentication-Results: mx; spf=fail; dkim=pass; dmarc=pass", "boat", []),
    ("In-Reply-To: <2@x.org>", "Re: boat", ["answers"]),
    ("References: <2@x.org>", "Re: boat", ["answers"]),
    ("", "Re: boat", ["false_answer"]),
    ("", "Regarding: boat", []),
    ("X-Priority: 1 (Highest)", "boat", ["high_priority"]),
    ("X-Priority: 3", "boat", []),
    ("Reply-To: win@prizes.example", "boat", ["reply_elsewhere"]),
    ("Reply-To: help@mail.x.org", "boat", []),
    ("Content-Type: text/html; charset=utf-8", "boat", ["html_only"]),
    ("Content-Type: multipart/alternative", "boat", []),
    ("X-Mailer: Super Mass Mailer 3", "boat", ["mass_program"]),
    ("", "BOATS FOR SALE", ["capitals"]),
    ("", "NATO", []),
    ("", "Boats!", ["exclaims"]),
    ("", "Save 50 % on boats", ["offers_money"]),
    ("", "Boats for $20", ["offers_money"]),
    ("", "boats and more x7Kq2Lm9Zt4Rb", ["random_tail"]),
    ("", "notes about PostgreSQL", []),
    ("", "see RFC2822", []),
    ("X-Bytes: f\u00fcr", "boat", ["raw_bytes"]),
]


@pytest.mark.parametrize(("extra", "subject", "wanted"), _CASES)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_signs(extra, subject, wanted, newline):
    block = PLAIN.replace(b"User-Agent: Mutt/1.5\n", b"") + extra.encode() + b"\n"
    assert signs(block.replace(b"\n", newline), subject, "ann@x.org", 1, (), False) == wanted


def test_signs_of_what_is_missing_and_of_others_judgements():
    assert signs(b"From: a@b.org\n", "boat", "a@b.org", 0, (), False) == [
        "own_copy", "no_recipient", "no_message_id", "no_date",
    ]  # fmt: skip
    assert signs(PLAIN, "boat", "jo1234@x.org", 1, ("newsletter",), False) == [
        "mass_mailing", "person_program", "numbered_sender",
    ]  # fmt: skip
    folded = b"Received: by x\nMessage-ID:\n <1@x.org>\nDate: x\nReply-To: list@lists.example\n"
    assert signs(folded, "boat", "ann@x.org", 1, ("mailing_list",), True) == ["mailing_list"]
    assert signs(PLAIN.replace(b"<1@x.org>", b"1234"), "b", "a@x.org", 1, (), False) == [
        "person_program", "odd_message_id",
    ]  # fmt: skip


def test_every_sign_is_documented_and_weighed():
    about = Spam().columns["signals"].about
    assert all(f"`{name}`" in about for name in SIGNS)
    assert weigh(["answers", "capitals"]) == SIGNS["answers"][0] + SIGNS["capitals"][0]


def judged(*documents, home=None):
    batch = document_rows([(f"{n:064x}", d) for n, d in enumerate(documents)], 0).combine_chunks().to_batches()[0]
    judge = JUDGES.make("spam", **({"home": home} if home else {}))[0]
    for need in judge.needs:
        batch = batch.append_column(need, JUDGES.make(need)[0].judge(batch).to_struct_array())
    return judge.judge(batch).to_pylist()


def test_headers_and_words_are_kept_apart():
    offer, letter, marked, bare = judged(
        Document("mail", OFFER, title="boat", author="a@x.org", recipients=("b@x.org",), headers=PLAIN),
        Document("mail", LETTER, title="boat", author="a@x.org", recipients=("b@x.org",), headers=PLAIN),
        Document("mail", LETTER, title="boat", author="a@x.org", recipients=("b@x.org",),
                 headers=PLAIN + b"X-Spam-Flag: YES\n"),
        Document("chat", OFFER),
    )  # fmt: skip
    assert offer["header_score"] == letter["header_score"] == weigh(["person_program"])
    assert offer["body_score"] > 1 > -0.5 > letter["body_score"]
    assert marked["body_score"] == letter["body_score"]
    assert marked["probability"] > letter["probability"]
    assert (bare["header_score"], bare["signals"], bare["body_score"]) == (0.0, [], offer["body_score"])
    assert all(row["taught"] == 0 and row["error"] is None for row in (offer, letter, marked, bare))


def test_quoted_spam_is_not_its_answerers():
    quoted = "\n".join(f"> {line}" for line in OFFER.split(". "))
    own, answer = judged(Document("mail", LETTER), Document("mail", f"{LETTER}\n\nOn Monday, Bob wrote:\n{quoted}\n"))
    assert answer["body_score"] == pytest.approx(own["body_score"], abs=0.05)


def test_what_was_not_judged_before_is_not_judged():
    import pyarrow as pa

    batch = document_rows([("0" * 64, Document("mail", OFFER))], 0).combine_chunks().to_batches()[0]
    for need in Spam.needs:
        made = JUDGES.make(need)[0].judge(batch)
        failed = made.set_column(made.num_columns - 1, "error", pa.array(["ValueError"]))
        batch = batch.append_column(need, (failed if need == "quotes" else made).to_struct_array())
    row = Spam().judge(batch).to_pylist()[0]
    assert row.pop("error") == "Unjudged"
    assert set(row.values()) == {None}


def test_the_bundled_start_is_small_readable_and_says_its_licence():
    assert sum(path.stat().st_size for path in START.iterdir()) < 500_000
    assert "Licence: Apache-2.0" in (START / "NOTICE").read_text()
    assert Spam().data() == (start_digest(),)
    for name in ("spam", "ham"):
        lines = (START / f"{name}.txt").read_text("utf-8").splitlines()
        assert {line.count("|") for line in lines} == {2}
        assert len(set(messages(name))) == len(lines) > 100
        assert {line.partition("|")[0] for line in lines} >= {
            "en",
            "de",
            "fr",
            "es",
            "da",
            "nl",
            "it",
            "pt",
            "pl",
            "ja",
        }


def rejudge(home):
    """Judge what is new or stale; return the seconds of each judge that had to work."""
    with home.writing("test") as catalog:
        return judge_new(home, catalog).seconds


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with thirty mails: ten offers of an odd kind, ten letters, ten of neither."""
    folder = tmp_path_factory.mktemp("spam")
    home = Home.open(folder / "home")
    kinds = [f"Our marmot wax is the shiniest of all, batch {n}. " + prose(n, 20) for n in range(10)]
    kinds += [f"The seventh chapter needs a map, I think, number {n} a title. " + prose(50 + n, 20) for n in range(10)]
    kinds += [prose(100 + n) for n in range(10)]
    (folder / "all.mbox").write_text(mbox([mail(n, text) for n, text in enumerate(kinds)]))
    add(home, [folder / "all.mbox"])
    rejudge(home)
    return home.path


@pytest.fixture
def taught_home(made, tmp_path, clock) -> Home:
    """A copy of that home."""
    shutil.copytree(made, tmp_path / "home")
    return Home.open(tmp_path / "home", now=clock)


def by_title(home):
    from scapa.store.segments import read_table

    found = {}
    for segment in home.catalog.segments("documents"):
        name = home.catalog.value("SELECT name FROM judgement WHERE segment = ? AND judge = 'spam'", (segment.name,))
        rows = read_table(home.path / name).to_pylist()
        ids = read_table(home.path / segment.name, ["id", "title"]).to_pylist()
        found |= {row["title"]: {**row, **judged} for row, judged in zip(ids, rows, strict=True)}
    return found


def lessons(home, spam=range(5), ham=range(10, 15)):
    rows = by_title(home)
    return [(rows[f"Letter {n}"]["id"], "spam") for n in spam] + [(rows[f"Letter {n}"]["id"], "ham") for n in ham]


def test_teaching_is_learnt_from_and_carries_over_to_others_of_the_kind(taught_home):
    before = by_title(taught_home)
    label(taught_home, lessons(taught_home))
    rejudge(taught_home)
    after = by_title(taught_home)
    assert {row["taught"] for row in after.values()} == {10}
    for n in range(5, 10):  # not taught, of the taught kind
        assert after[f"Letter {n}"]["body_score"] > before[f"Letter {n}"]["body_score"] + 0.5
        assert after[f"Letter {n}"]["header_score"] == before[f"Letter {n}"]["header_score"]
    kinds = [np.mean([after[f"Letter {n}"]["body_score"] for n in part]) for part in (range(5, 10), range(15, 20))]
    assert kinds[0] > 0 > kinds[1]


def test_teaching_rejudges_this_judge_alone(taught_home):
    before = {(r["judge"]): r["key"] for r in taught_home.catalog.rows("SELECT judge, key FROM judgement")}
    label(taught_home, lessons(taught_home))
    assert set(rejudge(taught_home)) == {"spam"}
    after = {(r["judge"]): r["key"] for r in taught_home.catalog.rows("SELECT judge, key FROM judgement")}
    assert {name for name in before if before[name] != after[name]} == {"spam"}


def test_other_decisions_do_not_teach(taught_home):
    before = keys(judges(taught_home.path))["spam"]
    name = by_title(taught_home)["Letter 0"]["id"]
    label(taught_home, [(name, "keep"), (name, "machine"), (name, "later")])
    assert keys(judges(taught_home.path))["spam"] == before


def test_undoing_restores_the_digest_and_the_judgements(taught_home):
    untaught, digest = by_title(taught_home), Spam(home=taught_home.path).data()
    given = lessons(taught_home)
    label(taught_home, given[:6])
    rejudge(taught_home)
    six, taught = Spam(home=taught_home.path).data(), by_title(taught_home)
    label(taught_home, given[6:])
    label(taught_home, [(given[0][0], "ham")])  # and a change of mind
    assert Spam(home=taught_home.path).data() != six
    undo(taught_home, len(given[6:]) + 1)
    assert Spam(home=taught_home.path).data() == six
    rejudge(taught_home)
    assert by_title(taught_home) == taught
    undo(taught_home, 99)
    assert Spam(home=taught_home.path).data() == digest
    rejudge(taught_home)
    assert by_title(taught_home) == untaught


def test_the_order_of_teaching_does_not_matter(taught_home, tmp_path):
    shutil.copytree(taught_home.path, tmp_path / "other")
    other = Home.open(tmp_path / "other", now=taught_home.now)
    given = lessons(taught_home)
    label(taught_home, given)
    for lesson in reversed(given):
        label(other, [lesson], who="somebody else")
    rejudge(taught_home)
    rejudge(other)
    assert by_title(taught_home) == by_title(other)
    assert Spam(home=taught_home.path).data() == Spam(home=other.path).data()


def test_a_damaged_or_missing_model_is_made_anew(taught_home):
    label(taught_home, lessons(taught_home))
    rejudge(taught_home)
    before = by_title(taught_home)
    (path,) = (taught_home.path / "taught").iterdir()
    for damage in (b"", b"PK\x03\x04 not a model", path.read_bytes()[:5_000], None):
        path.write_bytes(damage) if damage is not None else path.unlink()
        taught_home.catalog.run("DELETE FROM judgement WHERE judge = 'spam'")
        rejudge(taught_home)
        assert by_title(taught_home) == before


def test_what_was_taught_of_a_document_that_is_gone_is_not_used_and_not_lost(taught_home):
    label(taught_home, lessons(taught_home))
    with taught_home.writing("test") as catalog:
        catalog.run("INSERT INTO label (document, question, label, at, who) VALUES ('ff', 'spam', 'spam', 0, 'x')")
    rejudge(taught_home)
    assert {row["taught"] for row in by_title(taught_home).values()} == {10}
    assert taught_home.catalog.value("SELECT count(*) FROM label") == 11


def test_one_class_alone_is_taught_without_making_everything_that_class(taught_home):
    label(taught_home, lessons(taught_home, spam=range(10), ham=()))
    rejudge(taught_home)
    rows = by_title(taught_home)
    taught, others = ([rows[f"Letter {n}"]["probability"] for n in part] for part in (range(10), range(10, 30)))
    assert np.mean(taught) > np.mean(others)
    assert max(others) < 0.8
    offer, letter = judged(Document("mail", OFFER), Document("mail", LETTER), home=taught_home.path)
    assert offer["body_score"] > 1 > -0.3 > letter["body_score"]  # what it knew before is not forgotten


def test_answers_are_grouped_with_what_they_answer():
    assert groups(["Boat", "Re: boat", "RE: Re: boat", "[list] Re: boat", "", "", "Other"]) == [0, 0, 0, 0, 1, 2, 3]


def test_hostile_mail_costs_no_more_than_its_length():
    def seconds(block, subject):
        begun = time.process_time()
        for _ in range(20):
            signs(block, subject, "a" * 100_000 + "@b", 1, (), False)
        return time.process_time() - begun

    for unit in (b"a: b\n", b"\n \t", b":", b"x-spam-status: ", b"message-id: <" + b"@" * 50, b"\xff", b"=?", b" "):
        short, long = (seconds(unit * (size // len(unit)), "") for size in (15_000, 60_000))
        assert long < 8 * max(short, 0.002), unit
    for unit in ("!", "re: ", "[spam", "aA1", "$", "*" * 5, " "):
        short, long = (seconds(b"", unit * (size // len(unit))) for size in (15_000, 60_000))
        assert long < 8 * max(short, 0.002), unit


def test_hostile_text_is_judged():
    texts = ["\u202e" * 5_000, "a" * 300_000, "\x00\x1b[2J" * 1_000, "🛶" * 9_000, "\u0301" * 9_000, "> " * 20_000]
    for row in judged(*(Document("mail", text, headers=b"\xff" * 99) for text in texts)):
        assert row["error"] is None
        assert 0 <= row["probability"] <= 1


def test_knowing_the_judge_loads_nothing_heavy():
    code = (
        "import sys; from scapa.judges.spam import Spam; Spam().data(); "
        "print([m for m in ('numpy', 'pyarrow', 'numba', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
