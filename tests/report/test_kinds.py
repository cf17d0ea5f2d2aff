"""Histograms, clouds and images of a run, drawn."""

import base64
import io
import itertools
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from scapa.errors import InputError
from scapa.report.cloud_figures import cloud_figure
from scapa.report.histogram_figures import histogram_figure
from scapa.report.html import figure_html
from scapa.report.image_figures import image_figure, sheet
from scapa.report.svg import text_width
from scapa.store.plot import Plot

sys.path.insert(0, str(Path(__file__).parent))
import lab_samples as samples
from lab_samples import cloud_rows, histogram_rows, image_rows, paths, words


def histogram(folder, rows, **plot):
    run = samples.run(folder, tables={"histogram": rows})
    return histogram_figure(run, Plot("h", "Surprise", "Read so.", "histogram", **plot), "h")


def cloud(folder, rows, **plot):
    return cloud_figure(
        samples.run(folder, tables={"cloud": rows}), Plot("c", "Points", "Read so.", "cloud", **plot), "c"
    )


def images(folder, rows):
    return image_figure(samples.run(folder, tables={"images": rows}), Plot("i", "Images", "Read so.", "images"), "i")


def tops(svg, role):
    """The heights of a stepped line, left to right, bin by bin."""
    (steps,) = paths(svg, role)
    return [y for (x, y), (after, _) in itertools.pairwise(steps) if x != after]


def test_steps_are_as_high_as_their_shares(tmp_path):
    found = histogram(tmp_path, [*histogram_rows(0, [1, 2, 1]), *histogram_rows(5, [8, 0, 0])])
    first, last = tops(found.svg, "s0"), tops(found.svg, "s5")
    zero = last[1]
    assert [(zero - y) / (zero - last[0]) for y in first] == pytest.approx([0.25, 0.5, 0.25], abs=0.01)
    assert found.key == (("s0", "generation 0"), ("s5", "generation 5"))
    assert len(paths(found.svg, "s0", "fill")) == 1  # only the first is filled
    assert paths(found.svg, "s5", "fill") == []


def test_quantiles_of_a_histogram(tmp_path):
    found = histogram(tmp_path, histogram_rows(0, [10, 80, 10], edges=[0, 1, 3, 4]))
    assert found.columns == ("line", "generation", "items", "most in", "5 %", "median", "95 %")
    assert found.rows == (("replace", "0", "100", "1 to 3", "0.5", "2", "3.5"),)


def test_several_seeds_add_up(tmp_path):
    found = histogram(tmp_path, [*histogram_rows(0, [1, 3]), *histogram_rows(0, [3, 1])])
    assert found.rows[0][2] == "8"
    assert len(set(tops(found.svg, "s0"))) == 1


def test_a_panel_a_regime_at_one_scale(tmp_path):
    rows = [*histogram_rows(0, [1, 1]), *histogram_rows(0, [3, 1], regime="mix:0.1"), *histogram_rows(1, [2, 2])]
    found = histogram(tmp_path, rows)
    assert len(found.panels) == 2
    assert "replace · share of items" in words(found.panels[0])
    half, (three, one) = tops(found.panels[0], "s0")[0], tops(found.panels[1], "s0")
    assert half == pytest.approx((three + one) / 2, abs=0.02)


def test_geometric_bins_are_drawn_on_a_logarithmic_axis(tmp_path):
    found = histogram(tmp_path, histogram_rows(0, [1, 2, 1, 1], edges=[1, 10, 100, 1_000, 10_000]))
    (steps,) = paths(found.svg, "s0")
    edges = sorted({x for x, _ in steps})
    assert np.diff(edges) == pytest.approx(np.diff(edges)[0], abs=0.02)


def test_both_tails_are_seen_on_logarithmic_heights(tmp_path):
    found = histogram(tmp_path, histogram_rows(0, [1, 1_000, 10, 0]), log_y=True)
    rare, _, ten, none = tops(found.svg, "s0")
    assert rare > ten  # lower on the page
    assert none > rare


def test_a_histogram_of_one_arm_only(tmp_path):
    rows = [*histogram_rows(0, [1, 1]), *histogram_rows(0, [1, 1], arm="control")]
    assert histogram(tmp_path / "a", rows, where={"arm": "loop"}).panels == ()
    assert histogram(tmp_path / "b", rows, where={"arm": "none"}) is None


def test_points_lie_where_they_should(tmp_path):
    square = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    found = cloud(tmp_path, [*cloud_rows(0, square), *cloud_rows(50, np.array(square) / 2)])
    first, later = paths(found.panels[0], "human")[0][::2], paths(found.panels[1], "machine")[0][::2]
    (x0, y0), (x1, _), (_, y2), _ = first
    assert x1 - x0 == pytest.approx(y0 - y2, abs=0.02)  # a square is square, and up is up
    (a0, _), (a1, _), *_ = later
    assert (a1 - a0) / (x1 - x0) == pytest.approx(0.5, abs=0.01)  # at one scale
    assert "generation 50" in words(found.panels[1])
    assert "std 0.7071" in words(found.panels[1])
    assert found.rows[1] == ("replace", "50", "4", "0, 0", "0.7071", "0")


def test_points_outside_the_first_picture_are_counted(tmp_path):
    found = cloud(tmp_path, [*cloud_rows(0, [(-1, -1), (1, 1)]), *cloud_rows(1, [(0, 0), (90, 0)])])
    assert [row[-1] for row in found.rows] == ["0", "1"]


def test_a_cloud_in_one_point(tmp_path):
    assert "std 0" in words(cloud(tmp_path, cloud_rows(0, [(2, 2), (2, 2)])).panels[0])


def test_components_have_colours_and_outlines(tmp_path):
    shape = {"mean_x": 0.0, "mean_y": 0.0, "xx": 4.0, "xy": 0.0, "yy": 1.0}
    rows = cloud_rows(0, [(-4, 0), (4, 0), (0, 3)])
    rows = [row | {"component": int(i == 2)} | shape for i, row in enumerate(rows)]
    found = cloud(tmp_path, rows)
    first, outline = paths(found.panels[0], "human")
    assert len(first) == 2 * 2
    assert len(paths(found.panels[0], "machine")[0]) == 2
    unit = (first[2][0] - first[0][0]) / 8
    wide, high = (max(p[i] for p in outline) - min(p[i] for p in outline) for i in (0, 1))
    assert (wide / unit, high / unit) == (pytest.approx(8, abs=0.05), pytest.approx(4, abs=0.05))
    assert "two standard deviations" in found.caption


def pixels(svg):
    from matplotlib.image import imread

    (data,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    return (255 * imread(io.BytesIO(base64.b64decode(data)))[..., 0]).round().astype(int)


def test_images_are_there_pixel_for_pixel(tmp_path):
    ours = np.array([[0, 50, 100], [150, 200, 255]])
    found = images(tmp_path, [*image_rows(0, [ours]), *image_rows(5, [255 - ours, ours])])
    assert pixels(found.panels[0]).tolist() == ours.tolist()
    assert pixels(found.panels[1])[:, :3].tolist() == (255 - ours).tolist()
    assert "generation 5" in words(found.panels[1])
    assert [row[:3] for row in found.rows] == [("replace", "0", "1"), ("replace", "5", "2")]
    assert found.rows[0][4] == "0"  # one image does not differ from the mean
    assert "http" not in found.panels[0]


def test_a_sheet_is_about_square():
    images = [np.full((2, 3), i, dtype=np.uint8) for i in range(1, 6)]
    found = sheet(images)
    assert found.shape == (2 * 2 + 1, 3 * 3 + 2)
    assert (found[0, 0], found[0, 4], found[3, 4], found[3, 8]) == (1, 2, 5, 0)


def test_an_image_that_lacks_pixels_is_refused(tmp_path):
    (row,) = image_rows(0, [np.zeros((2, 2))])
    with pytest.raises(InputError, match="lacks pixels"):
        images(tmp_path, [row | {"height": 3}])


@pytest.mark.parametrize("draw", [histogram, cloud, images])
def test_no_table_no_picture(tmp_path, draw):
    assert draw(tmp_path, []) is None


GUARDED = "filtered:0.9,0.05"


@pytest.mark.parametrize(
    ("draw", "rows"),
    [
        (histogram, lambda regime: histogram_rows(2_000, [1, 1], regime=regime)),
        (cloud, lambda regime: cloud_rows(2_000, [(0, 0), (1, 1)], regime=regime)),
        (images, lambda regime: image_rows(2_000, [np.zeros((2, 2))], regime=regime)),
    ],
)
def test_regimes_have_their_names_and_the_table_their_machine_form(tmp_path, draw, rows):
    found = draw(tmp_path, [*rows("replace"), *rows(GUARDED)])
    assert found.columns[-1] == "regime"
    assert [row[-1] for row in found.rows] == ["replace", GUARDED]
    assert [row[0].replace("\u00a0", " ") for row in found.rows] == ["replace", "guard 90 %, 5 % lost"]
    said = " ".join(filter(None, words(found.panels[1]))).replace("\u00a0", " ")
    assert "guard 90 %, 5 % lost" in said
    assert GUARDED not in said
    assert "regime" not in draw(tmp_path / "plain", rows("replace")).columns


def test_headings_of_small_pictures_stay_inside(tmp_path):
    found = cloud(
        tmp_path, [*cloud_rows(2_000, [(0, 0), (1, 1)]), *cloud_rows(2_000, [(0, 0), (1, 1)], regime=GUARDED)]
    )
    for panel in found.panels:
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', panel)[1])
        assert max(text_width(text, 11) for text in words(panel) if text) < width


def test_every_line_begins_a_row_of_small_pictures(tmp_path):
    rows = [*cloud_rows(0, [(0, 0), (1, 1)]), *cloud_rows(1, [(0, 0)]), *cloud_rows(0, [(0, 0)], regime="mix:0.1")]
    assert cloud(tmp_path, rows).starts == (0, 2)
    assert figure_html(cloud(tmp_path, rows)).count('<svg class="start"') == 2
