"""The page as a whole: self-contained, complete, private, the same every time."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scapa.errors import HomeError, MissingPart, UsageError
from scapa.report.html import table_html
from scapa.report.page import render_page, write_report

sys.path.insert(0, str(Path(__file__).parent))
import report_samples as samples

FIGURES = {
    *("corpus", "decisions", "guard", "loss", "change", "gates", "tails"),
    *("recursion-0", "recursion-1", "forecast-0"),
}


@pytest.fixture(scope="module")
def full():
    return render_page(samples.FULL)


@pytest.fixture(scope="module")
def odd():
    return render_page(samples.ODD)


def tree(page):
    return LexborHTMLParser(page)


def text(page, selector):
    return [node.text(deep=True) for node in tree(page).css(selector)]


def test_every_figure_is_there_with_its_words(full):
    found = tree(full).css("figure")
    assert {node.id.removeprefix("figure-") for node in found} == FIGURES
    for node in found:
        assert len(node.css("svg")) == 1
        assert len(node.css_first("figcaption p").text()) > 5
        assert node.css_first("h3").text()
        assert len(node.css("details tbody tr")) >= 1


def test_every_picture_is_named_and_described(full):
    ids = {node.id: node for node in tree(full).css("[id]")}
    for svg in tree(full).css("svg"):
        assert svg.attributes["role"] == "img"
        title, desc = svg.attributes["aria-labelledby"].split()
        assert (ids[title].tag, ids[desc].tag) == ("title", "desc")
        assert ids[title].text(deep=True).strip()
        assert ids[desc].text(deep=True).strip()


@pytest.mark.parametrize("name", ["full", "odd", "empty"])
def test_nothing_from_outside(name, request):
    page = render_page(samples.EMPTY) if name == "empty" else request.getfixturevalue(name)
    assert "://" not in page
    assert not re.search(r"@import|@font-face|url\((?!#)", page)
    for node in tree(page).css("*"):
        assert node.tag not in {"script", "link", "iframe", "img", "object", "embed", "image", "base", "form"}
        for key, value in node.attributes.items():
            assert not key.startswith("on")
            if key in {"href", "src", "xlink:href", "action", "srcset"}:
                assert value.startswith("#")


def test_the_policy_forbids_everything_but_the_page(full):
    (meta,) = tree(full).css('meta[http-equiv="Content-Security-Policy"]')
    assert meta.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    head = full.index("</head>")
    assert full.index("Content-Security-Policy") < full.index("<style>") < head  # it binds what comes after it only


@pytest.mark.parametrize("name", ["full", "odd"])
def test_ids_are_unique_and_references_lead_somewhere(name, request):
    page = request.getfixturevalue(name)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', page) + re.findall(r"url\(#([^)]+)\)", page)
    assert targets
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("name", ["full", "odd"])
def test_colours_are_variables_that_exist_in_both_schemes(name, request):
    page = request.getfixturevalue(name)
    style = page[page.index("<style>") : page.index("</style>")]
    light, dark = style.split("@media (prefers-color-scheme:dark)", 1)
    for role in set(re.findall(r"var\((--[a-z0-9]+)\)", page)):
        assert f"{role}:#" in light
        assert f"{role}:#" in dark
    for svg in tree(page).css("svg"):
        assert not re.search(r"(fill|stroke): ?#", svg.html)
        assert "font-family" not in svg.html


def test_text_stays_text(full):
    words = " ".join(text(full, "svg text"))
    for word in ("no guard", "held out", "rare coverage", "cut-off 2022-11-30", "too few stop words", "documents"):
        assert word in words


def test_conservation_is_printed(full):
    law = "100 documents = 60 kept + 5 review + 20 rejected + 14 duplicate + 1 errored"
    assert law in tree(full).css_first("#figure-decisions figcaption").text(deep=True)
    broken = replace(samples.DECISIONS, kept=61)
    page = render_page(replace(samples.EMPTY, decisions=broken), only=["corpus"])
    assert "100 documents ≠ 61 kept" in tree(page).css_first("#figure-decisions figcaption").text(deep=True)


@pytest.mark.parametrize("data", [samples.EMPTY, samples.HOLLOW])
def test_what_is_missing_names_its_command(data):
    page = render_page(data)
    commands = text(page, ".missing code")
    assert commands[:3] == ["scapa add PATH", "scapa curate", "scapa write PROMPT"]
    assert commands[3:] == ["scapa tune", "scapa tune", "scapa lab all", "scapa forecast"]
    assert not tree(page).css("figure")


def test_a_full_report_misses_nothing(full):
    assert text(full, ".missing") == []


def test_an_empty_report_needs_no_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "scapa tune" in render_page(samples.EMPTY)
    with pytest.raises(MissingPart, match="matplotlib") as caught:
        render_page(samples.FULL)
    assert "scapa[report]" in caught.value.next


def test_addresses_only_in_private(full):
    assert "ada@example.org" not in full
    assert "counts and names of gauges only" in full
    private = render_page(samples.FULL, private=True, only=["corpus"])
    assert text(private, "#corpus .card tbody th") == ["ada@example.org"]
    assert "keep it to yourself" in private


def test_names_are_escaped(odd):
    assert "<script>" not in odd
    assert text(odd, "h1") == ["<script>alert(1)</script>"]
    assert "why 0 <b>&" in " ".join(text(odd, "svg text"))
    assert not tree(odd).css("b")


def test_the_same_data_give_the_same_bytes(full):
    assert render_page(samples.FULL) == full


def test_a_report_stays_small(full):
    assert len(full) < 400_000


def test_only_some_sections(full):
    page = render_page(samples.FULL, only=["recursion", "tails"])
    assert [node.id for node in tree(page).css("section")] == ["tails", "recursion"]
    assert [node.id for node in tree(full).css("section")] == [
        *("corpus", "guard", "model", "tails", "recursion", "forecast")
    ]
    with pytest.raises(UsageError, match="'nonsense'"):
        render_page(samples.FULL, only=["nonsense"])


def test_checks_beside_theory(full):
    rows = [[cell.text() for cell in row.css("th,td")] for row in tree(full).css("#recursion .card tbody tr")]
    assert rows == [["W2", "2.853", "2.851", "± 0.020", "passed"], ["fixation", "99", "136.6", "± 2", "failed"]]


def test_the_theory_table_is_summed_up(full):
    assert text(full, "#recursion .card p") == ["1 of 2 figures agree with what they were held against."]


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new" / "report.html"
    assert write_report(samples.EMPTY, path) == path
    before = path.read_bytes()
    assert before.decode() == render_page(samples.EMPTY)

    def fail(*_):
        raise PermissionError(13, "no")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(HomeError):
        write_report(replace(samples.EMPTY, title="other"), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_it_fits_a_phone_and_the_dark(full):
    assert 'content="width=device-width,initial-scale=1"' in full
    assert 'name="color-scheme" content="light dark"' in full
    assert "minmax(min(100%," in full  # cards never wider than the screen
    for svg in tree(full).css("svg"):
        assert "width" not in svg.attributes
        left, top, width, height = map(float, svg.attributes["viewBox"].split())
        assert (left, top) == (0, 0)
        assert width == pytest.approx(280.8, abs=0.1)
        assert 40 < height < 1000


def test_names_in_tables_break_between_their_parts_and_second_lines_are_small():
    table = table_html(("line", "mean\nerror"), [("no guard, 90 % machine", "1\n0.1 <2")], "title")
    assert ">no\u00a0guard, 90\u00a0%\u00a0machine</th>" in table
    assert '<th scope="col">mean <small>error</small></th>' in table
    assert "<td>1 <small>0.1 &lt;2</small></td>" in table
