"""Rights in every preset: nobody's words are trained on or shared without leave, whatever a policy says."""

from __future__ import annotations

import pytest

from letters import mail, mbox, prose
from scapa.corpus.consent import grant, refuse
from scapa.corpus.decide import curate
from scapa.corpus.grants import open_grants
from scapa.corpus.ingest import Custody, add
from scapa.corpus.me import confirm
from scapa.corpus.policy import load_policy, presets
from scapa.corpus.release import release
from scapa.errors import UsageError
from scapa.rights.permission import allowed
from scapa.store.home import Home
from scapa.store.segments import read_table

ME = "ada@example.org"
AUTHORS = [ME, *(f"{name}@example.org" for name in ("nobody", "trains", "shares", "both", "refused", "open"))]
HELD = Custody("archive", 1_400_000_000_000_000)


@pytest.fixture
def pooled(home, tmp_path) -> Home:
    """One letter an author: consent to train, to share, to both, withdrawn, none, and one under an open licence."""
    letters = [mail(n, prose(n), author=author) for n, author in enumerate(AUTHORS[:-1], 1)]
    (tmp_path / "in.mbox").write_text(mbox([*letters, mail(80, prose(80), author="")]))
    (tmp_path / "open.mbox").write_text(mbox([mail(90, prose(90), author=AUTHORS[-1])]))
    add(home, [tmp_path / "in.mbox"], custody=HELD)
    add(home, [tmp_path / "open.mbox"], custody=HELD, licence="CC0-1.0")
    confirm(home, [ME])
    for author, purposes in (("trains", ["train"]), ("shares", ["share"]), ("both", ["train", "share"])):
        grant(home, f"{author}@example.org", purposes, None, "")
    grant(home, "refused@example.org", ["train", "share"], None, "")
    refuse(home, "refused@example.org", ["train", "share"], "")
    return Home.open(home.path, now=home.now)


def decided(home: Home, policy: str) -> dict[str, dict[str, object]]:
    """Return every decision by its author."""
    rows = [row for s in home.catalog.segments("documents") for row in read_table(home.path / s.name).to_pylist()]
    author = {row["id"]: row["author"] for row in rows}
    return {author[row["id"]]: row for row in curate(home, policy=policy).decisions.table().to_pylist()}


def may(home: Home, author: str, purpose: str) -> bool:
    licence = "CC0-1.0" if author == AUTHORS[-1] else "unknown"
    return allowed(author, licence, purpose, [ME], open_grants(home), home.now()).allowed


@pytest.mark.parametrize("preset", presets())
def test_what_no_one_allowed_is_no_target_and_not_shareable(pooled, preset):
    found = decided(pooled, preset)
    assert len(found) == len(AUTHORS) + 1
    for author, row in found.items():
        assert row["role"] != "target" or may(pooled, author, "train"), author
        assert row["shareable"] == may(pooled, author, "share"), author
    kept = {author for author, row in found.items() if row["outcome"] == "kept" and row["role"] == "target"}
    assert {ME, "trains@example.org", "both@example.org"} <= kept, "leave that was given counts"
    assert not {"nobody@example.org", "refused@example.org", "shares@example.org", "unknown"} & kept


@pytest.mark.parametrize("preset", presets())
def test_a_share_holds_only_what_may_be_shared(pooled, preset):
    curate(pooled, policy=preset)
    texts = "\n".join(document.text for document in release(pooled, audience="share").documents())
    for n, author in enumerate(AUTHORS[:-1], 1):
        assert (prose(n) in texts) <= may(pooled, author, "share"), author
    assert prose(80) not in texts, "nobody knows whose words these are"
    assert prose(1) in texts


def test_a_policy_cannot_allow_what_the_authors_did_not(pooled, tmp_path):
    (tmp_path / "greedy.toml").write_text("name='greedy'\ntarget='TRUE'\n")
    found = decided(pooled, str(tmp_path / "greedy.toml"))
    assert {row["outcome"] for row in found.values()} == {"kept"}
    targets = {author for author, row in found.items() if row["role"] == "target"}
    assert targets == {ME, "trains@example.org", "both@example.org", "open@example.org"}
    shared = [document.text for document in release(pooled, audience="share").documents()]
    assert sorted(shared) == sorted([prose(1), prose(4), prose(5), prose(90)])


def test_without_leave_a_share_is_empty_and_refused(home, tmp_path):
    (tmp_path / "in.mbox").write_text(mbox([mail(2, prose(2), author="bob@example.org")]))
    add(home, [tmp_path / "in.mbox"])
    curate(home)
    with pytest.raises(UsageError, match="nothing to release"):
        release(home, audience="share")


@pytest.mark.parametrize("preset", presets())
def test_no_preset_keeps_quoted_words_of_others(preset):
    """A quote inherits nobody's leave: every preset drops it from what is trained on or shared."""
    masks = [rule for rule in load_policy(preset).rules if rule.action == "mask" and rule.spans == "quotes"]
    assert [(rule.when, rule.style) for rule in masks] == [("quotes.quoted_share > 0", "drop")]
    keeps = [rule for rule in load_policy(preset).rules if rule.action == "keep" and "label" not in rule.when]
    assert not keeps


def test_a_community_takes_members_words_only(pooled):
    found = decided(pooled, "community")
    reasons = {author.split("@")[0]: (row["outcome"], tuple(row["reasons"])) for author, row in found.items()}
    assert reasons == {
        "ada": ("kept", ()),
        "trains": ("kept", ()),
        "both": ("kept", ()),
        "shares": ("rejected", ("no_permission",)),
        "nobody": ("rejected", ("no_permission",)),
        "refused": ("rejected", ("no_permission",)),
        "unknown": ("rejected", ("no_permission",)),
        "open": ("rejected", ("not_a_members_words",)),
    }


def test_a_community_keeps_the_earliest_members_copy_and_reviews_what_speaks_as_an_assistant(home, tmp_path):
    confirm(home, [ME])
    grant(home, "bob@example.org", ["train"], None, "")
    said = f"As an AI language model, I cannot say. {prose(6)}"
    letters = [
        mail(1, prose(5), author="eve@example.org"), mail(2, prose(5), author="bob@example.org"), mail(3, prose(5)),
        mail(4, said).replace("Sat, 5 Mar 2011", "Sun, 5 Mar 2023"),
        mail(5, f"{prose(7)}\n\n> As an AI language model, I delve").replace("Sun, 6 Mar 2011", "Mon, 6 Mar 2023"),
    ]  # fmt: skip
    (tmp_path / "in.mbox").write_text(mbox(letters))
    add(home, [tmp_path / "in.mbox"])
    home = Home.open(home.path, now=home.now)
    table = curate(home, policy="community").decisions.table().to_pylist()
    assert [(row["outcome"], row["reasons"]) for row in sorted(table, key=lambda row: row["claimed_start"])] == [
        ("rejected", ["no_permission"]), ("kept", []), ("duplicate", ["exact_duplicate"]),
        ("review", ["speaks_as_an_assistant"]), ("kept", ["quotes_and_signatures"]),
    ]  # fmt: skip
