from __future__ import annotations

import json

import pytest

from letters import mail, mbox, prose
from scapa.corpus.comparison import compare
from scapa.corpus.consent import grant, revoke
from scapa.corpus.decide import curate, current, latest
from scapa.corpus.ingest import Custody, add, refresh
from scapa.corpus.me import confirm, propose
from scapa.corpus.policy import load_policy
from scapa.corpus.source import remove_source
from scapa.errors import HomeError, SettingsError, UnknownName, UsageError
from scapa.ledger import Ledger
from scapa.store.home import Home

DAY = 86_400 * 1_000_000


def outcomes(home, **options) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return {title: (outcome, reasons)} of a fresh decision."""
    from scapa.store.segments import read_table

    table = curate(home, **options).decisions.table().select(["id", "outcome", "reasons"]).to_pylist()
    titles = {}
    for segment in home.catalog.segments("documents"):
        for row in read_table(home.path / segment.name, ["id", "title"]).to_pylist():
            titles[row["id"]] = row["title"]
    return {titles[row["id"]]: (row["outcome"], tuple(row["reasons"])) for row in table}


def reopened(home) -> Home:
    """The same home with its settings read again."""
    return Home.open(home.path, now=home.now)


def test_the_law_holds_and_the_reasons_are_counted(home, mailbox):
    add(home, [mailbox([prose(1), prose(1), prose(2)])])
    counts = curate(home).decisions.counts
    assert counts["documents"] == 3 == sum(counts[k] for k in ("kept", "review", "rejected", "duplicate", "errored"))
    assert counts["reasons"] == {"exact_duplicate": 1}


def test_the_earliest_copy_stays_whatever_order_they_came_in(home, tmp_path):
    early, late = mail(1, prose(5)), mail(9, prose(5))
    for name, message in (("late", late), ("early", early)):
        (tmp_path / f"{name}.mbox").write_text(mbox([message]))
        add(home, [tmp_path / f"{name}.mbox"])
    found = outcomes(home)
    assert found == {"Letter 1": ("kept", ()), "Letter 9": ("duplicate", ("exact_duplicate",))}


def test_a_copy_that_the_policy_rejects_does_not_displace_a_later_one(home, tmp_path):
    robot = mail(1, prose(5), extra="Auto-Submitted: auto-generated\n")
    (tmp_path / "all.mbox").write_text(mbox([robot, mail(9, prose(5))]))
    add(home, [tmp_path / "all.mbox"])
    assert outcomes(home) == {"Letter 1": ("rejected", ("automated_message",)), "Letter 9": ("kept", ())}


def test_deciding_again_gives_the_same_set_and_other_settings_another(home, mailbox):
    add(home, [mailbox([prose(n) for n in range(3)])])
    first, again = curate(home).decisions, curate(home).decisions
    assert first.digest == again.digest
    (home.path / "scapa.toml").write_text("[curate]\ncutoff = '2011-03-03'\n")
    other = curate(reopened(home)).decisions
    assert other.digest != first.digest
    assert other.counts["eras"] != first.counts["eras"]


def test_no_text_is_read_when_only_the_policy_changes(home, mailbox, monkeypatch):
    add(home, [mailbox([prose(n) for n in range(3)])])
    curate(home)
    import pyarrow.parquet as pq

    opened = []
    file, table = pq.ParquetFile.__init__, pq.read_table
    monkeypatch.setattr(
        pq.ParquetFile, "__init__", lambda self, path, **options: opened.append(path) or file(self, path, **options)
    )
    monkeypatch.setattr(pq, "read_table", lambda path, **options: opened.append(path) or table(path, **options))
    assert curate(home, policy="strict-low-background").decisions.policy == "strict-low-background"
    assert opened == []
    add(home, [mailbox([prose(9)], "new.mbox", first=9)])
    curate(home)
    assert opened


def test_others_words_are_context_until_a_grant_names_the_purpose(home, tmp_path):
    (tmp_path / "in.mbox").write_text(mbox([mail(1, prose(1)), mail(2, prose(2), author="bob@example.org")]))
    add(home, [tmp_path / "in.mbox"])
    confirm(home, ["ada@example.org"])
    assert targets(home) == ["ada@example.org"]
    made = grant(home, "bob@example.org", ["train"], None, "said yes")
    assert targets(home) == ["ada@example.org", "bob@example.org"]
    revoke(home, made["id"], "said no")
    assert targets(home) == ["ada@example.org"]


def test_a_grant_for_another_purpose_changes_nothing(home, tmp_path):
    (tmp_path / "in.mbox").write_text(mbox([mail(2, prose(2), author="bob@example.org")]))
    add(home, [tmp_path / "in.mbox"])
    grant(home, "bob@example.org", ["share"], None, "")
    assert targets(home) == []


def targets(home) -> list[str]:
    from scapa.store.segments import read_table

    table = curate(reopened(home)).decisions.table().select(["id", "role"]).to_pylist()
    wanted = {row["id"] for row in table if row["role"] == "target"}
    rows = [r for s in home.catalog.segments("documents") for r in read_table(home.path / s.name).to_pylist()]
    return sorted(row["author"] for row in rows if row["id"] in wanted)


def test_strict_wants_a_proof_and_personal_believes_a_claim(home, mailbox):
    held = int(1.4e9) * 1_000_000
    add(home, [mailbox([prose(1)], "proved.mbox")], custody=Custody("archive", held), licence="CC0-1.0")
    add(home, [mailbox([prose(2)], "claimed.mbox", first=2)], licence="CC0-1.0")
    add(home, [mailbox([prose(3)], "late.mbox", first=3)], custody=Custody("archive", int(1.7e15)), licence="CC0-1.0")
    add(home, [mailbox([prose(4)], "mine.mbox", first=4)])
    strict = outcomes(home, policy="strict-low-background")
    assert strict == {
        "Letter 1": ("kept", ()),
        "Letter 2": ("rejected", ("no_proof_of_existence",)),
        "Letter 3": ("rejected", ("proved_only_after_cutoff",)),
        "Letter 4": ("rejected", ("no_permission",)),
    }
    assert {outcome for outcome, _ in outcomes(home, policy="personal").values()} == {"kept"}
    changes = compare(home, "personal", "strict-low-background")
    assert [(c.before, c.after, c.documents, [e.title for e in c.examples]) for c in changes] == [
        ("kept as context", "kept as target", 1, ["Letter 1"]),
        ("kept as context", "rejected: no_permission", 1, ["Letter 4"]),
        ("kept as context", "rejected: no_proof_of_existence", 1, ["Letter 2"]),
        ("kept as context", "rejected: proved_only_after_cutoff", 1, ["Letter 3"]),
    ]
    assert compare(home, "personal", "personal") == []


def test_a_removed_source_is_rejected_and_comes_back(home, mailbox):
    path = mailbox([prose(1)])
    add(home, [path])
    remove_source(home, str(path))
    assert outcomes(home) == {"Letter 1": ("rejected", ("source_removed",))}
    add(home, [path])
    assert outcomes(home) == {"Letter 1": ("kept", ())}


def test_what_was_generated_here_is_known_when_it_returns(home, mailbox):
    machine, human = prose(100, 150), prose(200, 150)
    add(home, [mailbox([human], "old.mbox")])
    made = Ledger.open(home.folder("generations"), now=home.now).record(machine, model="m")
    bodies = [machine, f"{prose(300, 150)}\n\n{machine}", prose(400, 150)]
    add(home, [mailbox(bodies, "new.mbox", first=2)])
    found = outcomes(home)
    assert found["Letter 2"] == ("rejected", ("generated_here",))
    assert found["Letter 1"] == found["Letter 4"] == ("kept", ())
    row = next(r for r in latest(home).table().to_pylist() if r["outcome"] == "rejected")
    assert row["generations"] == [made.id]


def test_a_model_that_recites_an_old_mail_does_not_take_it_away(home, mailbox):
    old = prose(100, 150)
    add(home, [mailbox([old], "old.mbox")])
    Ledger.open(home.folder("generations"), now=home.now).record(old, model="m")
    add(home, [mailbox([f"As I wrote then:\n\n{old}"], "new.mbox", first=2)])
    found = outcomes(home)
    assert found["Letter 1"] == ("kept", ())
    assert found["Letter 2"][0] in ("kept", "duplicate")


def test_text_proved_older_than_the_generation_is_left_alone(home, mailbox):
    old = prose(100, 150)
    Ledger.open(home.folder("generations"), now=home.now).record(old, model="m")
    add(home, [mailbox([old], "archive.mbox")], custody=Custody("archive", int(1.4e15)))
    assert outcomes(home) == {"Letter 1": ("kept", ())}


def test_machine_text_appended_to_an_archive_is_not_covered_by_its_custody(home, mailbox):
    path = mailbox([prose(1, 150)], "archive.mbox")
    add(home, [path], custody=Custody("archive", int(1.4e15)))
    Ledger.open(home.folder("generations"), now=home.now).record(prose(100, 150), model="m")
    path.write_text(path.read_text() + mbox([mail(2, prose(100, 150))]))
    refresh(home)
    assert outcomes(home) == {"Letter 1": ("kept", ()), "Letter 2": ("rejected", ("generated_here",))}


def test_words_of_two_generations_add_up(home, mailbox):
    ledger = Ledger.open(home.folder("generations"), now=home.now)
    for n in (100, 200):
        ledger.record(prose(n, 60), model="m")
    add(home, [mailbox([f"{prose(100, 60)}\n\n{prose(200, 60)}"])])
    decisions = curate(home).decisions
    assert decisions.counts["machine_words"] > 100
    assert decisions.counts["reasons"] == {"generated_here": 1}


def test_a_mask_that_may_apply_is_never_left_out(home, mailbox, tmp_path):
    add(home, [mailbox([prose(1)])])
    policy = tmp_path / "p.toml"
    policy.write_text(
        "name='p'\ntarget='is_me'\n[[rule]]\nreason='fine'\nwhen='TRUE'\naction='keep'\n"
        "[[rule]]\nreason='maybe'\nwhen='dates.existed_by > settings.cutoff'\naction='mask'\nspans='private'\n"
    )
    assert outcomes(home, policy=str(policy)) == {"Letter 1": ("review", ("maybe_unknown",))}


def test_a_rule_that_cannot_be_answered_means_review(home, mailbox, tmp_path):
    add(home, [mailbox([prose(1)])])
    policy = tmp_path / "p.toml"
    policy.write_text(
        "name='p'\ntarget='is_me'\n"
        "[[rule]]\nreason='too_late'\nwhen='dates.existed_by > settings.cutoff'\naction='reject'\n"
    )
    assert outcomes(home, policy=str(policy)) == {"Letter 1": ("review", ("too_late_unknown",))}


def test_a_policy_over_unknown_columns_is_refused_and_nothing_changes(home, mailbox, tmp_path):
    add(home, [mailbox([prose(1)])])
    before = curate(home).decisions.digest
    policy = tmp_path / "p.toml"
    policy.write_text("name='p'\ntarget='is_me'\n[[rule]]\nreason='odd'\nwhen='nothing.here'\naction='reject'\n")
    with pytest.raises(SettingsError):
        curate(home, policy=str(policy))
    assert latest(home).digest == before


def test_current_knows_when_nothing_changed(home, mailbox):
    add(home, [mailbox([prose(1)])])
    policy = load_policy("personal").digest
    assert current(home, policy) is None
    curate(home)
    assert current(home, policy) is not None
    add(home, [mailbox([prose(2)], "b.mbox", first=2)])
    assert current(home, policy) is None


def test_curating_an_empty_home_says_what_to_do(home):
    with pytest.raises(Exception, match="no documents yet"):
        curate(home)
    with pytest.raises(UnknownName):
        latest(home)


def test_me_is_proposed_from_the_data_and_confirmed_once(home, mailbox):
    add(home, [mailbox([prose(n) for n in range(3)])])
    assert [(p.address, p.wrote) for p in propose(home)] == [("ada@example.org", 3)]
    confirm(home, ["Ada@Example.org"])
    assert confirm(reopened(home), ["ada"]) == ("ada@example.org", "ada")
    assert reopened(home).settings.me.addresses == ("ada@example.org", "ada")


def test_counts_are_json(home, mailbox):
    add(home, [mailbox([prose(1)])])
    assert json.loads(json.dumps(curate(home).summary()))["kept"] == 1


@pytest.mark.parametrize("folder", ["judgements", "decisions"])
@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")], ids=["gone", "empty"]
)
def test_a_lost_cache_is_made_again(home, mailbox, folder, damage):
    add(home, [mailbox([prose(n) for n in range(3)])])
    before = curate(home).decisions
    for path in (home.path / folder).iterdir():
        damage(path)
    assert curate(home, policy="strict-low-background").decisions.law.holds
    again = curate(home).decisions
    assert (again.digest, len(again.table())) == (before.digest, 3)


def test_lost_documents_are_said_and_not_reported_as_decided(home, mailbox):
    add(home, [mailbox([prose(1)])])
    curate(home)
    for path in (home.path / "documents").iterdir():
        path.unlink()
    with pytest.raises(HomeError, match="missing or damaged"):
        curate(home)


@pytest.mark.parametrize("author", ["unknown", "", "*", "anyone", "a\nb", "x" * 400])
def test_nobody_cannot_consent(home, author):
    with pytest.raises(UsageError, match="names no author"):
        grant(home, author, ["train"], None, "")
