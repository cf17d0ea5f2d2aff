"""Explanation: every rule with its count and examples, and what is no rule's."""

from letters import mail, prose
from scapa.corpus.decide import curate
from scapa.corpus.explanation import explain
from scapa.corpus.ingest import add
from scapa.corpus.policy import load_policy, parse_policy


def test_every_rule_in_order_with_its_count_and_examples(home, tmp_path):
    robots = [mail(n, prose(n), extra="Auto-Submitted: auto-generated\n") for n in range(1, 6)]
    for n, message in enumerate([*robots, mail(7, prose(7)), mail(8, prose(7))]):
        (tmp_path / f"{n}.eml").write_text(message)
    add(home, [tmp_path])
    policy = load_policy("personal")
    found = explain(home, curate(home).decisions, policy)
    assert [one.reason for one in found[: len(policy.rules)]] == [rule.reason for rule in policy.rules]
    by_reason = {one.reason: one for one in found}
    robot = by_reason["automated_message"]
    assert (robot.documents, robot.action, robot.when) == (5, "reject", "automated.automated")
    # of five in order of time the first, the middle and the last
    assert [example.title for example in robot.examples] == ["Letter 1", "Letter 3", "Letter 5"]
    copy = by_reason["exact_duplicate"]
    assert (copy.documents, copy.action, [example.title for example in copy.examples]) == (1, "duplicate", ["Letter 8"])
    assert by_reason["no_date"].documents == 0
    assert by_reason["no_date"].examples == ()


def test_a_rule_without_an_answer_is_told(home, tmp_path):
    (tmp_path / "one.eml").write_text(mail(1, prose(1)))
    add(home, [tmp_path])
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntarget = "is_me"\n[[rule]]\nreason = "held"\nwhen = "dates.existed_by < settings.cutoff"\n'
        'action = "reject"\n'
    )
    found = explain(home, curate(home, policy=str(path)).decisions, parse_policy(path.read_text(), "mine"))
    assert [(one.reason, one.action, one.documents) for one in found] == [
        ("held", "reject", 0), ("held_unknown", "review", 1),
    ]  # fmt: skip
    assert found[1].when == "the rule held has no answer"
