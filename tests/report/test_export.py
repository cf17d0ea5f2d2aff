"""Pictures of a run as files that stand alone."""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner

from scapa.cli import scapa
from scapa.report.data import Decisions, Reason, ReportData
from scapa.report.export import home_figures, run_figures, write_figures
from scapa.report.inline import compact

sys.path.insert(0, str(Path(__file__).parent))
import lab_samples as samples

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return samples.full(tmp_path_factory.mktemp("lab") / "toy-1")


def test_every_picture_becomes_a_file_that_stands_alone(run, tmp_path):
    paths = write_figures(run_figures(run), tmp_path / "figures")
    assert [path.name for path in paths] == ["toy-m.svg", "toy-h.svg", "toy-c.svg", "toy-i.svg"]
    for path in paths:
        written = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(written)
        assert root.tag == f"{SVG}svg"
        assert float(root.get("width")) > 100
        used, style = set(re.findall(r"var\((--[a-z0-9]+)\)", written)), written[: written.index("</style>")]
        assert used
        assert all(style.count(f"{role}:#") == 2 for role in used)  # light and dark
        assert written.count("://") == 1  # the name space
        ids = re.findall(r'\bid="([^"]+)"', written)
        assert len(ids) == len(set(ids))


def test_titles_keys_and_panels_are_inside(run, tmp_path):
    lines, histogram, cloud, _ = (
        ElementTree.parse(path).getroot() for path in write_figures(run_figures(run), tmp_path)
    )
    said = [text.text for text in lines.iter(f"{SVG}text")]
    assert {"The measure", "E[m] = ½", "published: the paper, Fig. 4", "replace"} <= set(said)
    panels = list(cloud.iter(f"{SVG}svg"))[1:]
    assert [float(svg.get("x")) for svg in panels] == sorted({float(svg.get("x")) for svg in panels})
    right = max(float(svg.get("x")) + float(svg.get("width")) for svg in list(histogram.iter(f"{SVG}svg"))[1:])
    assert right < float(histogram.get("width"))


def test_the_same_run_gives_the_same_files(run, tmp_path):
    one, two = (write_figures(run_figures(run), tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("M 1.006 -2.50 \nL 3 4 \nL 5.001 -0.001 \nz", "M1.01-2.5L3 4 5 0z"),
        ("M 1.001 2 \nL 1.002 2 \nM 3 4 \nL 3 4", "M1 2l0 0M3 4l0 0"),
        ("M 1 2 \nL 1 2 \nL 3 4", "M1 2L1 2 3 4"),
        ("M 0 0 \nC 1 2 3 4 5.5 6 \nC 1 1 1 1 1 1", "M0 0C1 2 3 4 5.5 6C1 1 1 1 1 1"),
    ],
)
def test_path_data_are_written_short(path, written):
    assert compact(path) == written


def test_what_says_nothing_is_left_out(run, tmp_path):
    for path in write_figures(run_figures(run), tmp_path):
        written = path.read_text(encoding="utf-8")
        assert not re.search(r"<g ?/?>|rotate\(-?0 |style=\"fill: none\"|<metadata|DejaVu Sans;", written)


def test_long_paths_are_coarser():
    assert compact("M 0.11 0.16 " + "L 1.11 2.16 " * 200).startswith("M0.1 0.2L1.1 2.2 1.1 2.2")


def test_the_command(run, tmp_path):
    result = CliRunner().invoke(scapa, ["report", "--run", str(run.folder), "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "toy-c.svg",
        "toy-h.svg",
        "toy-i.svg",
        "toy-m.svg",
    ]


def test_pictures_of_a_home(tmp_path):
    decisions = Decisions(9, 5, 2, 1, 2, 1, 0, (Reason("rejected", "automated_message", 2),))
    (path,) = write_figures(home_figures(ReportData("1 May 2026", decisions=decisions)), tmp_path)
    assert path.name == "decisions.svg"
    said = [text.text for text in ElementTree.parse(path).getroot().iter(f"{SVG}text")]
    assert "automated message" in said
