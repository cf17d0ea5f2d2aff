"""Labels: what a person decided comes before the judges, is never lost, and can be taken back."""

from __future__ import annotations

import shutil

import pytest

from letters import mail, mbox, prose
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.labels import COLUMNS, label, snapshot, undo, unlabel, user
from scapa.corpus.me import confirm
from scapa.corpus.review import cards, queue
from scapa.corpus.source import remove_source
from scapa.corpus.why import why
from scapa.errors import HomeBusy, ScapaError, UnknownName, UsageError
from scapa.store.home import Home
from scapa.store.labels import QUESTIONS, every, standing
from scapa.store.segments import read_table

ROBOT = "Auto-Submitted: auto-generated\n"
SPAM = "Received: by x\nX-Spam-Flag: YES\n"
OFFER = (
    "Congratulations! You have won a free prize. Click here to claim your cash now, this offer expires today. Act now!"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with a letter, a robot's mail, marked spam, and what nobody can tell."""
    folder = tmp_path_factory.mktemp("labels")
    home = Home.open(folder / "home")
    messages = [
        mail(1, prose(1)), mail(2, prose(2), extra=ROBOT), mail(3, OFFER, extra=SPAM),
        mail(4, OFFER, extra="Received: by x\nIn-Reply-To: <9@example.org>\n"),
    ]  # fmt: skip
    (folder / "all.mbox").write_text(mbox(messages))
    add(home, [folder / "all.mbox"])
    shutil.copytree(home.path, folder / "unjudged")
    curate(home)
    return folder


@pytest.fixture
def filled(made, tmp_path, clock) -> Home:
    """A copy of that home."""
    shutil.copytree(made / "home", tmp_path / "home")
    return Home.open(tmp_path / "home", now=clock)


def ids(home) -> dict[int, str]:
    rows = [row for s in home.catalog.segments("documents") for row in read_table(home.path / s.name).to_pylist()]
    return {int(row["title"].split()[-1]): row["id"] for row in rows}


def outcomes(home, **options) -> dict[int, tuple[str, tuple[str, ...]]]:
    names = {name: number for number, name in ids(home).items()}
    rows = curate(home, **options).decisions.table().to_pylist()
    return {names[row["id"]]: (row["outcome"], tuple(row["reasons"])) for row in rows}


def test_a_persons_decision_beats_the_judges(filled):
    found = outcomes(filled)
    assert found[1] == ("kept", ())
    assert found[2] == ("rejected", ("automated_message",))
    assert found[3] == ("rejected", ("spam",))
    names = ids(filled)
    label(filled, [(names[1], "reject"), (names[2], "human"), (names[3], "ham")])
    found = outcomes(filled)
    assert found[1] == ("rejected", ("rejected_by_hand",))
    assert found[2] == ("kept", ())
    assert found[3][0] == "kept"
    label(filled, [(names[1], "keep"), (names[2], "machine"), (names[3], "spam")])
    found = outcomes(filled)
    assert found[1] == ("kept", ())
    assert found[2] == ("rejected", ("machine_by_hand",))
    assert found[3] == ("rejected", ("spam_by_hand",))
    label(filled, [(names[2], "keep"), (names[3], "keep"), (names[1], "reject")])
    assert {number: outcome for number, (outcome, _) in outcomes(filled).items()} == {
        1: "rejected", 2: "kept", 3: "kept", 4: found[4][0],
    }  # fmt: skip


def test_own_mail_is_never_rejected_as_spam_by_the_judge_alone(filled):
    confirm(filled, ["ada@example.org"])
    mine = Home.open(filled.path, now=filled.now)
    assert outcomes(mine)[3] == ("review", ("perhaps_spam",))


def test_what_is_known_for_certain_beats_a_person(filled, made):
    names = ids(filled)
    label(filled, [(names[1], "keep")])
    remove_source(filled, str(made / "all.mbox"))
    assert outcomes(filled)[1] == ("rejected", ("source_removed",))


def test_under_the_strict_policy_a_person_proves_no_date_and_gives_no_permission(filled):
    names = ids(filled)
    label(filled, [(names[1], "keep")])
    assert outcomes(filled, policy="strict-low-background")[1] == ("rejected", ("no_permission",))
    label(filled, [(names[1], "reject")])
    assert outcomes(filled, policy="strict-low-background")[1] == ("rejected", ("rejected_by_hand",))


def test_masks_apply_to_what_is_kept_by_hand(home, tmp_path):
    text = prose(1) + "\n\nOn Monday, Bob wrote:\n> quoted words of Bob\n"
    (tmp_path / "a.mbox").write_text(mbox([mail(1, text, extra=ROBOT)]))
    add(home, [tmp_path / "a.mbox"])
    label(home, [(ids(home)[1], "keep")])
    (row,) = curate(home).decisions.table().to_pylist()
    assert (row["outcome"], row["reasons"]) == ("kept", ["quotes_and_signatures"])
    assert row["masks"]


def test_labelling_makes_a_new_decision_set_and_undoing_the_old_one_again(filled):
    first = curate(filled).decisions.digest
    label(filled, [(ids(filled)[1], "reject")])
    second = curate(filled).decisions.digest
    assert second != first
    undo(filled)
    assert curate(filled).decisions.digest == first


def test_who_and_when_do_not_change_what_is_decided(filled):
    name = ids(filled)[1]
    label(filled, [(name, "keep")], who="ann")
    one = snapshot(filled.catalog)
    label(filled, [(name, "keep")], who="ben")
    assert snapshot(filled.catalog) == one


def test_nothing_is_lost_and_why_shows_it(filled):
    name = ids(filled)[1]
    label(filled, [(name, "spam")], who="ann")
    label(filled, [(name, "ham")], who="ben")
    assert [given.label for given in undo(filled)] == ["ham"]
    curate(filled)
    told = why(filled, name[:12])["labels"]
    assert [(row["label"], row["who"], row["undone"] is not None) for row in told] == [
        ("spam", "ann", False), ("ham", "ben", True),
    ]  # fmt: skip
    assert [given.label for given in standing(filled.catalog)] == ["spam"]


def test_undo_takes_the_newest_first_and_stops_at_none(filled):
    names = ids(filled)
    label(filled, [(names[1], "spam"), (names[2], "ham"), (names[1], "keep")])
    assert [given.label for given in undo(filled, 2)] == ["keep", "ham"]
    assert [given.label for given in undo(filled, 9)] == ["spam"]
    assert undo(filled) == []
    assert len(every(filled.catalog)) == 3
    given = label(filled, [(names[1], "spam")])
    label(filled, [(names[2], "ham")])
    unlabel(filled, given)
    assert [left.label for left in standing(filled.catalog)] == ["ham"]


@pytest.mark.parametrize(
    ("given", "error"),
    [([("zz", "spam")], UsageError), ([("0" * 64, "spam")], UnknownName), ([("", "spam")], UsageError),
     ([], UsageError), ([("0" * 64, "nonsense")], UsageError), ([("0%", "spam")], UsageError)],
)  # fmt: skip
def test_wrong_labels_are_refused_whole(filled, given, error):
    good = (ids(filled)[1], "keep")
    with pytest.raises(error):
        label(filled, [good, *given] if given else [])
    assert every(filled.catalog) == []


def test_a_label_waits_for_the_writer(filled):
    with filled.writing("curate"), pytest.raises(HomeBusy, match="scapa curate"):
        label(Home.open(filled.path), [(ids(filled)[1], "keep")])


def test_every_question_of_a_rule_is_a_column_that_is_never_null(filled):
    assert set(COLUMNS) == set(QUESTIONS.values()) - {"turn"}
    from scapa.corpus.labels import relation

    label(filled, [(ids(filled)[2], "ham"), (ids(filled)[2], "later")])
    curate(filled)
    import pyarrow as pa

    rows = relation(filled.catalog, pa.array([ids(filled)[1], ids(filled)[2]])).to_pylist()
    assert rows == [dict.fromkeys(COLUMNS, "none"), {"spam": "ham", "writer": "none", "decision": "none"}]


def test_the_user_is_named_by_the_first_confirmed_address(filled):
    assert user(filled)
    confirm(filled, ["ada@example.org"])
    assert user(Home.open(filled.path)) == "ada@example.org"


def test_without_judgements_there_is_no_queue(made):
    with pytest.raises(ScapaError, match="not judged"):
        queue(Home.open(made / "unjudged"))


def test_the_queue_is_of_what_is_uncertain_and_undecided(filled):
    waiting = queue(filled)
    assert waiting
    distances = [abs(w.probability - 0.5) for w in waiting]
    assert distances == sorted(distances)
    assert ids(filled)[3] not in {w.id for w in waiting}  # certain
    assert queue(filled) == waiting
    label(filled, [(waiting[0].id, "later")])
    assert queue(filled)[-1].id == waiting[0].id
    label(filled, [(waiting[0].id, "keep")])
    assert waiting[0].id not in {w.id for w in queue(filled)}
    undo(filled)
    assert queue(filled)[-1].id == waiting[0].id


def test_cards_hold_own_words_and_come_in_the_order_asked_for(home, tmp_path):
    text = "My own words.\n\nOn Monday, Bob wrote:\n> quoted words\n"
    (tmp_path / "a.mbox").write_text(mbox([mail(1, text), mail(2, prose(2))]))
    add(home, [tmp_path / "a.mbox"])
    curate(home)
    names = ids(home)
    two, one = cards(home, [names[2], names[1]])
    assert (one.title, one.author, one.written, one.quoted > 0) == ("Letter 1", "ada@example.org", "2011-03-02", True)
    assert "My own words." in one.text
    assert "quoted words" not in one.text
    assert two.title == "Letter 2"
