"""Only the judges that a policy asks are asked, with those they need; another policy asks the others then."""

from letters import mail, mbox, prose
from scapa.corpus.chain import ALWAYS, judges
from scapa.corpus.comparison import compare
from scapa.corpus.decide import curate
from scapa.corpus.ingest import add
from scapa.corpus.policy import load_policy
from scapa.corpus.release import release

POLICY = "name = 'mine'\ntarget = 'TRUE'\n"
RULE = "[[rule]]\nreason = 'no_bullets'\nwhen = 'gopher.bullet_lines > 0.5'\naction = 'review'\n"


def judged(home) -> set[str]:
    return {row["judge"] for row in home.catalog.rows("SELECT judge FROM judgement")} - {"ledger"}


def test_what_a_policy_asks(home, tmp_path):
    (tmp_path / "in.mbox").write_text(mbox([mail(1, prose(1)), mail(2, prose(2))]))
    add(home, [tmp_path / "in.mbox"])
    (tmp_path / "plain.toml").write_text(POLICY)
    (tmp_path / "gopher.toml").write_text(POLICY + RULE)
    curate(home, policy=str(tmp_path / "plain.toml"))
    assert judged(home) == set(ALWAYS)
    before = {row["name"] for row in home.catalog.rows("SELECT name FROM judgement")}
    compare(home, str(tmp_path / "plain.toml"), str(tmp_path / "gopher.toml"))
    assert judged(home) == {*ALWAYS, "gopher", "lines"}, "what a judge needs is judged, too"
    assert before <= {row["name"] for row in home.catalog.rows("SELECT name FROM judgement")}, "nothing twice"


def test_masks_ask_the_judge_of_their_spans():
    policy = load_policy("web")
    assert {"c4", "fineweb", "gopher", "private", "quotes"} <= policy.judges()


def test_names_that_are_no_judges_are_passed_over(home):
    assert {judge.name for judge in judges(home.path, ["is_me", "ledger", "language"])} == {"language", "quotes"}


def test_a_release_tells_the_judges_that_were_asked(home, tmp_path):
    (tmp_path / "in.mbox").write_text(mbox([mail(1, prose(1)), mail(2, prose(2))]))
    add(home, [tmp_path / "in.mbox"])
    curate(home)
    told = {recipe["name"] for recipe in release(home).body["recipes"]}
    assert {*ALWAYS, "private", "spam", "evaluations"} <= told
    assert "gopher" not in told
