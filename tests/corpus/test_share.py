"""The machine share of a source: the ledger's word first, an estimate where it may be made, a bound or a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from scapa.cli.share import lines
from scapa.corpus.decide import curate, latest
from scapa.corpus.ingest import add
from scapa.corpus.share import NO_MACHINE_TEXT, machine_shares, style
from scapa.judges.machine import Machine
from scapa.judges.machine_words import FUNCTION, listed
from scapa.ledger import Ledger as Generations
from scapa.measure.share import REFUSALS
from scapa.settings import Ledger
from scapa.store.schema import TIME, judgement_schema

COUNTED = [1, 0, 3] * (len(listed(FUNCTION)) // 3) + [2] * (len(listed(FUNCTION)) % 3)
DAY = 86_400 * 1_000_000
CUTOFF = int(datetime(2022, 11, 30, tzinfo=UTC).timestamp()) * 1_000_000


class Corpus:
    """Documents as `machine_shares` sees them: people and machines differ in half of the columns of style."""

    def __init__(self, seed=0):
        self.rng, self.rows = np.random.default_rng(seed), []

    def add(
        self, n, day, *, source=1, machine=False, known=False, grade="E1", proved=False, off=0.0, words=80,
        marked=None, automated=False, apart=1.2,
    ):  # fmt: skip
        """Add `n` documents, one every three hours from `day` (of the cut-off) on."""
        for i in range(n):
            values = self.rng.normal(3 + off, 1, 16) + apart * machine * (np.arange(16) < 8)
            at = CUTOFF + day * DAY + i * DAY // 8
            chance = (0.4 if machine else 0.03) if marked is None else marked
            self.rows.append(
                {
                    "values": values, "at": at, "source": source, "grade": grade, "words": words,
                    "proof": at + 1 if proved else None, "markers": int(self.rng.random() < chance),
                    "bits": 90.0 * known, "share": 1.0 * known, "automated": automated,
                }
            )  # fmt: skip
        return self

    def table(self):
        self.rows.sort(key=lambda row: row["at"])
        schema = judgement_schema(Machine.columns)
        styled = [n for n in Machine.columns if n not in ("words", "markers", "self_reference", "function_words")]
        machine = [
            {"words": r["words"], "markers": r["markers"], "self_reference": 0, "function_words": COUNTED}
            | dict(zip(styled, np.expm1(np.abs(r["values"])), strict=False))
            for r in self.rows
        ]
        times = [pa.scalar(r["at"], pa.int64()).cast(TIME) for r in self.rows]
        dates = pa.StructArray.from_arrays(
            [
                pa.array(times, TIME), pa.array(times, TIME),
                pa.array([r["proof"] for r in self.rows], pa.int64()).cast(TIME),
                pa.array([r["grade"] for r in self.rows]),
            ],
            ["claimed_start", "claimed_end", "existed_by", "grade"],
        )  # fmt: skip
        pick = {n: [r[n] for r in self.rows] for n in ("bits", "share", "automated", "source")}
        return pa.table(
            {
                "machine": pa.array(machine, pa.struct(list(schema)[:-1])),
                "dates": dates,
                "ledger": pa.StructArray.from_arrays([pick["bits"], pick["share"]], ["bits", "share"]),
                "automated": pa.StructArray.from_arrays([pick["automated"]], ["automated"]),
                "source": pa.StructArray.from_arrays([pick["source"]], ["id"]),
            }
        )

    def shares(self, thread=None, cluster=None):
        own = np.arange(len(self.rows))
        return machine_shares(
            self.table(), own if thread is None else thread, own if cluster is None else cluster, CUTOFF, Ledger()
        )


def whole(shares):
    return next(row for row in shares if not row.month)


def in_domain(share, *, n=300, seed=0, off=0.0, known=160):
    """A source with older text, documents that the ledger knows, and `n` more of which `share` are machine text."""
    machine = round(share * n)
    corpus = Corpus(seed).add(600, -1_000).add(known, 10, machine=True, known=True)
    return corpus.add(n - machine, 40, off=off).add(machine, 40, machine=True)


@pytest.mark.parametrize("share", [0, 0.1, 0.5])
def test_in_domain_the_share_is_estimated_and_the_known_added(share):
    found = whole(in_domain(share).shares())
    true = (160 + share * 300) / 460
    assert (found.finding.method, found.no_estimate, found.known, found.documents) == ("pacc", None, 160, 460)
    assert found.finding.interval.low <= true <= found.finding.interval.high
    assert found.finding.interval.low >= 160 / 460, "what is known is not guessed"
    assert found.finding.interval.high - found.finding.interval.low < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, 0.025, 0.05, 0.1, 0.25, 0.5])
def test_in_domain_coverage(share):
    inside, answered = 0, 0
    for seed in range(60):
        found = whole(in_domain(share, seed=seed).shares())
        if found.no_estimate is None:
            answered += 1
            inside += (160 + share * 300) / 460 in found.finding.interval
    assert answered > 40
    assert inside / answered >= 0.9


def test_the_usual_mailbox_has_no_machine_text_and_gets_a_bound():
    corpus = Corpus().add(600, -1_000).add(150, 40).add(150, 60, machine=True)
    found = whole(corpus.shares())
    assert (found.finding.method, found.no_estimate) == ("excess_words", NO_MACHINE_TEXT)
    assert 0.05 < found.finding.interval.low <= 0.5
    assert found.summary()["lower_bound_only"] is True
    clean = whole(Corpus().add(600, -1_000).add(300, 40).shares())
    assert clean.finding.interval.low == 0


def test_people_who_changed_are_not_called_machines():
    """Out of domain: new text of people is unlike their old text, and unlike machine text: no estimate is given."""
    corpus = in_domain(0, off=2.5)
    found = whole(corpus.shares())
    assert (found.no_estimate, found.finding.method) == ("not_a_mixture", "excess_words")


def test_a_source_whose_old_text_already_looks_otherwise_is_refused():
    corpus = Corpus().add(400, -1_000).add(200, -500, machine=True, marked=0.03).add(160, 10, machine=True, known=True)
    assert whole(corpus.add(200, 40).shares()).no_estimate == "control_excludes_zero"


def test_a_month_that_the_ledger_knows_whole_is_certain():
    months = {row.month: row for row in in_domain(0.1).shares()}
    assert months["2022-12"].summary() | {"control": 0} == {
        "source": 1, "month": "2022-12", "documents": 160, "known": 160, "method": "ledger", "lower_bound_only": False,
        "estimate": 1.0, "low": 1.0, "high": 1.0, "level": 0.95, "refused": None, "no_estimate": None, "control": 0,
        "control_dated": "claimed",
    }  # fmt: skip


def test_without_older_text_there_is_no_answer():
    corpus = Corpus().add(160, 10, machine=True, known=True).add(200, 40)
    found = whole(corpus.shares())
    assert (found.finding.interval, found.finding.refusal, found.no_estimate) == (
        None, "no_older_control", "no_older_control",
    )  # fmt: skip
    assert (found.control, found.dated, found.known) == (0, "none", 160)
    assert found.summary()["estimate"] is None


def test_older_text_must_have_a_date_that_holds():
    contradicted = Corpus().add(600, -1_000, grade="E0").add(100, 40)
    assert whole(contradicted.shares()).finding.refusal == "no_older_control"
    assert whole(Corpus().add(600, -1_000).add(100, 40).shares()).dated == "claimed"
    assert whole(Corpus().add(600, -1_000, proved=True).add(100, 40).shares()).dated == "proved"
    few = whole(Corpus().add(100, -1_000, proved=True).add(400, -900).add(100, 40).shares())
    assert (few.dated, few.control) == ("claimed", 500)


def test_every_source_is_measured_by_itself_and_by_month():
    corpus = Corpus().add(300, -1_000).add(600, 40, source=2).add(120, 40).add(20, 200)
    found = corpus.shares()
    assert [(row.source, row.month, row.documents) for row in found if row.source == 1] == [
        (1, "", 140), (1, "2023-01", 120), (1, "2023-06", 20),
    ]  # fmt: skip
    assert next(row for row in found if row.month == "2023-06").finding.refusal == "too_few_documents"
    assert {row.finding.refusal for row in found if row.source == 2} == {"no_older_control"}


def test_what_is_short_sent_by_a_program_or_a_copy_is_not_asked_about():
    corpus = Corpus().add(300, -1_000).add(100, 40).add(50, 60, words=19).add(50, 60, automated=True)
    assert whole(corpus.shares()).documents == 100
    copies = np.arange(500)
    copies[340:380] = 340
    assert whole(corpus.shares(cluster=copies)).documents == 61


def test_a_failed_judgement_is_not_asked_about():
    corpus = Corpus().add(300, -1_000).add(100, 40)
    table = corpus.table()
    machine = table["machine"].to_pylist()
    machine[-1] = dict.fromkeys(machine[-1])
    table = table.set_column(0, "machine", pa.array(machine, table["machine"].type))
    own = np.arange(400)
    assert whole(machine_shares(table, own, own, CUTOFF, Ledger())).documents == 99
    columns = {f: table["machine"].combine_chunks().field(f) for f in Machine.columns}
    assert np.isfinite(style(columns, own)).all()


def test_it_is_the_same_every_time():
    assert in_domain(0.1).shares() == in_domain(0.1).shares()


def mbox(path, bodies, first_day):
    """Letters, one a day from a day on (days since 1970)."""
    text = ""
    for n, body in enumerate(bodies):
        date = datetime.fromtimestamp((first_day + n) * 86_400 + 36_000, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
        text += (
            f"From ada@example.org {date}\nFrom: ada@example.org\nTo: bob@example.org\nSubject: {path.stem} {n}\n"
            f"Date: {date}\nMessage-ID: <{path.stem}.{n}@example.org>\n\n{body}\n\n"
        )
    path.write_text(text)
    return path


def letters(rng, n, *extra):
    words = [f"{a}{b}" for a in ("bar", "mel", "tor", "sun", "wig", "pol") for b in ("en", "is", "an", "er", "y", "os")]
    return [" ".join([*rng.choice(words, 40), *extra]) for _ in range(n)]


def test_curate_tells_it_and_the_ledger_comes_first(home, tmp_path):
    rng = np.random.default_rng(0)
    made = letters(rng, 5)
    Generations.open(home.folder("generations"), now=home.now).import_machine_text(made, "chat")
    old = mbox(tmp_path / "old.mbox", letters(rng, 160), 18_000)
    new = mbox(tmp_path / "new.mbox", letters(rng, 35), 19_800)
    marked = mbox(tmp_path / "marked.mbox", [*letters(rng, 35, "delve into it"), *made], 19_900)
    box = tmp_path / "all.mbox"
    box.write_text(old.read_text() + new.read_text() + marked.read_text())
    add(home, [box])
    counts = curate(home).decisions.counts
    total, *months = counts["machine_share_estimate"]
    assert (total["documents"], total["known"], total["method"], total["no_estimate"]) == (
        75, 5, "excess_words", NO_MACHINE_TEXT,
    )  # fmt: skip
    assert 0.3 < total["low"] < 0.54, "about a half of the new letters have the word"
    assert months
    assert {m["refused"] for m in months} <= {None, *REFUSALS}
    assert "machine_share" in counts
    assert latest(home).counts["machine_share_estimate"] == counts["machine_share_estimate"]
    assert any("at least" in line and "5 of them known" in line for line in lines([total]))
    assert "not estimated: too few documents" in "\n".join(lines(months))


def test_another_policy_does_not_estimate_again(home, mailbox, monkeypatch):
    add(home, [mailbox(["one letter"])])
    assert curate(home).decisions.counts["machine_share_estimate"] == []
    monkeypatch.setattr("scapa.corpus.decisions.machine_shares", None)
    assert curate(home, policy="strict-low-background").decisions.counts["machine_share_estimate"] == []
