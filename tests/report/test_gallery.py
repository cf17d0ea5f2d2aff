"""The gallery: everything on one page that fetches nothing, failures in plain sight."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scapa.errors import InputError, MissingPart
from scapa.report.commands import command_of
from scapa.report.experiments import about
from scapa.report.gallery import render_gallery, write_gallery

sys.path.insert(0, str(Path(__file__).parent))
import lab_samples as samples

BROKEN = [("gmm", "laptop", "pictures need <torch>")]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return samples.full(tmp_path_factory.mktemp("lab") / "toy-0123456789abcdef")


@pytest.fixture(scope="module")
def page(run):
    return render_gallery([run], BROKEN)


def tree(page):
    return LexborHTMLParser(page)


def text(page, selector):
    return [" ".join(node.text(deep=True).split()) for node in tree(page).css(selector)]


def test_a_figure_for_each_picture_that_has_rows(page):
    found = tree(page).css("figure")
    prefix = "figure-toy-laptop-"
    assert [node.id.removeprefix(prefix) for node in found] == ["m", "h", "c", "i"]
    for node in found:
        assert len(node.css("svg")) >= 1
        assert len(node.css_first("figcaption p").text()) > 5
        assert len(node.css("details tbody tr")) >= 1
    assert text(page, ".missing") == ["Nothing to draw for “Nothing yet”."]


def test_failed_checks_are_at_the_top_and_open_in_their_section(page):
    assert "replace sigma after 3: 0.5, expected 0.9 ± 0.02" in text(page, "header .failed")[0]
    assert text(page, "section .failed h3") == ["It ended in an error", "1 check failed"]
    details = tree(page).css_first("section .failed details")
    assert "open" in details.attributes
    assert "FAILED" in details.text(deep=True)
    assert text(page, "header .bad dt") == ["failed", "not finished"]
    assert "1 of 2 checks failed" in text(page, "nav .badge.bad")[1]
    whole = tree(page).css(".card details")[0]
    assert "open" not in whole.attributes
    assert len(whole.css("tbody tr")) == 2


def test_a_page_without_failures_says_so(tmp_path):
    good = samples.run(tmp_path, samples.line([1, 2]), (samples.lines_plot(),), (samples.PASSED,))
    page = render_gallery([good])
    assert tree(page).css(".failed, .bad") == []
    assert text(page, "nav .badge") == ["1 check passed"]
    assert "1 of 1" in text(page, "dl")[0]


def test_many_failures_are_summed_up_at_the_top_and_all_in_the_section(tmp_path):
    checks = [replace(samples.FAILED, name=f"check {i}") for i in range(9)]
    page = render_gallery([samples.run(tmp_path, samples.line([1]), (samples.lines_plot(),), checks)])
    assert len(tree(page).css("header .failed li")) == 6
    assert "and 4 other checks" in text(page, "header .failed li")[-1]
    assert len(tree(page).css("section .failed tbody tr")) == 9


def test_an_experiment_that_broke_is_shown_with_its_error(page):
    section = tree(page).css_first("#gmm-laptop")
    assert "pictures need <torch>" in section.text(deep=True)
    assert "scapa lab gmm --preset laptop" in section.text(deep=True)
    assert "Two heaps of points: pictures need <torch>" in text(page, "header .failed li")


def test_how_it_was_made(page):
    assert text(page, ".how p") == [
        "Made by scapa lab toy --preset laptop --seed 3",
        "Planned at its start to fit the time: chains 2.",
    ]
    settings = dict(
        zip(text(page, ".card details:last-child tbody th"), text(page, ".card details:last-child td"), strict=True)
    )
    assert settings["sizes"] == "10, 100"


def test_without_a_preset_the_command_has_every_setting(tmp_path):
    run = samples.run(tmp_path, samples.line([1]), preset="")
    assert text(render_gallery([run]), ".how code") == ["scapa lab toy --seed 3 --size 10 --size 100"]


def test_data_are_named_by_digest_alone(tmp_path):
    import numpy as np

    run = samples.run(tmp_path, samples.line([1]), counts=np.array([31_337, 4]))
    page = render_gallery([run])
    assert re.search(r"2 items, digest [0-9a-f]{12}", page)
    assert "31337" not in page
    assert "31,337" not in page


def test_published_figures_stand_beside_ours(page):
    rows = text(page, ".beside tbody tr th, .beside tbody tr td")
    assert rows == ["replace", "2", "0.5 0.45 to 0.55", "0.4 to 0.6 ours is inside"]
    assert text(page, ".beside td small") == ["0.45 to 0.55", "ours is inside"]


def test_nothing_from_outside(page):
    assert "://" not in page
    assert not re.search(r"@import|@font-face|url\((?!#)", page)
    for node in tree(page).css("*"):
        assert node.tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        for key, value in node.attributes.items():
            assert not key.startswith("on")
            if key in {"href", "src", "xlink:href", "action", "srcset"}:
                assert value.startswith(("#", "data:image/png;base64,"))
    (meta,) = tree(page).css('meta[http-equiv="Content-Security-Policy"]')
    assert meta.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_ids_are_unique_and_references_lead_somewhere(run):
    page = render_gallery([run, replace(run, folder=run.folder.with_name("toy-fedcba9876543210"))])
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', page) + re.findall(r"url\(#([^)]+)\)", page)
    assert len(targets) > 5
    assert set(targets) <= set(ids)


def test_every_picture_is_named_and_described(page):
    ids = {node.id: node for node in tree(page).css("[id]")}
    for svg in tree(page).css("svg"):
        assert svg.attributes["role"] == "img"
        for id in svg.attributes["aria-labelledby"].split():
            assert ids[id].text(deep=True).strip()


def test_colours_are_variables_that_exist_in_both_schemes(page):
    light, dark = page[page.index("<style>") : page.index("</style>")].split("@media (prefers-color-scheme:dark)", 1)
    for role in set(re.findall(r"var\((--[a-z0-9]+)\)", page)):
        assert f"{role}:#" in light
        assert f"{role}:#" in dark
    for svg in tree(page).css("svg"):
        assert not re.search(r"(fill|stroke): ?#", svg.html)


def test_the_same_runs_give_the_same_bytes_from_folders_alone(run, page):
    assert render_gallery([run.folder], BROKEN) == page


def test_a_page_is_written_whole(run, tmp_path):
    path = write_gallery([run], tmp_path / "new" / "lab.html")
    assert path.read_text(encoding="utf-8") == render_gallery([run])
    with pytest.raises(InputError, match="not a finished run"):
        write_gallery([tmp_path / "absent"], path)
    assert path.read_text(encoding="utf-8") == render_gallery([run])


def test_what_a_preset_shows_is_said(run):
    told = replace(run, config={**run.config, "about": "two sizes", "source": "the paper, Fig. 4"})
    assert text(render_gallery([told]), "section .about") == ["The paper, Fig. 4: two sizes."]


def test_a_source_keeps_its_spelling(run):
    told = replace(run, config={**run.config, "about": "two sizes", "source": "arXiv 2305.17493"})
    assert text(render_gallery([told]), "section .about") == ["arXiv 2305.17493: two sizes."]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (12, "12 comparisons were left out: too few chains to fail them."),
        (1, "1 comparison was left out: too few chains to fail it."),
        (0, ""),
    ],
)
def test_comparisons_that_could_not_fail_are_counted(run, left, said):
    page = render_gallery([replace(run, config={**run.config, "untold": {"checks": left}})])
    (card,) = [found for found in text(page, ".card p") if "Run folder" in found]
    assert card.startswith(f"1 of 2 checks passed. {said} Run folder toy-".replace("  ", " "))
    assert ("left out" in page) == (left > 0)


def test_cards_below_the_pictures_stand_apart(tmp_path):
    page = render_gallery([samples.run(tmp_path, samples.line([1]), tables={"definitions": [samples.answer("d")]})])
    assert len(tree(page).css("section > .card")) == 2
    gap = re.search(r"\.grid\{[^}]*gap:([\d.]+rem)", page)[1]
    assert f"section>.card{{margin-top:{gap}}}" in page


def test_what_only_the_paper_found_is_said_to_be_the_papers():
    for name in ("gmm", "vae", "language"):
        assert re.search(r"paper.*look at the \w+ for (whether|how far)", about(name).text)


def test_measured_speeds_are_readable(run):
    planned = replace(run, config={**run.config, "plan": {"measured": [50343.2, 0.25]}})
    assert "measured 50,343.2, 0.25." in text(render_gallery([planned]), ".how p")[1]


def test_the_laptop_preset_comes_first_and_needs_no_name(tmp_path):
    runs = [samples.run(tmp_path / name, samples.line([1]), preset=name) for name in ("fig-4", "laptop", "kazdan")]
    assert text(render_gallery(runs), "nav a") == ["toy", "toy (fig-4)", "toy (kazdan)"]


def test_experiments_are_in_the_papers_order(tmp_path):
    names = ("zzz", "vae", "gaussian", "discrete")
    runs = [samples.run(tmp_path / name, samples.line([1]), name=name) for name in names]
    found = [node.id.removesuffix("-laptop") for node in tree(render_gallery(runs)).css("section")]
    assert found == ["discrete", "gaussian", "vae", "zzz"]


def test_it_needs_matplotlib_and_says_so(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPart, match="matplotlib"):
        render_gallery([run])


def test_no_runs():
    assert text(render_gallery([]), "dl") == ["runs0pictures0checks passed0 of 0failed0"]


@pytest.mark.parametrize("name", ["definitions", "histogram", "cloud", "images"])
def test_a_damaged_table_is_told_in_its_place_and_the_others_are_drawn(tmp_path, name):
    whole, damaged = (samples.full(tmp_path / folder) for folder in ("toy-whole", "toy-damaged"))
    (damaged.folder / f"{name}.parquet").write_bytes(b"junk")
    page = render_gallery([whole, damaged])
    assert len(tree(page).css("figure")) == 4
    assert text(page, "section .failed p")[0].startswith(f"{damaged.folder / name}.parquet: this table cannot be read")
    with pytest.raises(InputError, match="cannot be read"):
        damaged.table(name)


def test_the_command_of_a_run_has_options_that_there_are(tmp_path):
    run = samples.run(tmp_path / "toy", [samples.row(1, 1.0)], plan={"measured": [9.5]}, preset="")
    settings = {"measured": [9.5], "penalties": [0.1, 0.2], "sizes": [5], "counts": None}
    run = replace(run, config=run.config | {"settings": settings})
    assert command_of(run) == "scapa lab toy --penalty 0.1 --penalty 0.2 --size 5"
