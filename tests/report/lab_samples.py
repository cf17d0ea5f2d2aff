"""Synthetic runs of the lab: a small folder each, with figures that are easy to find again in a picture."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

import numpy as np

from scapa.records import Check
from scapa.store.plot import Plot, Reference
from scapa.store.run import Row, write_run


@dataclass(frozen=True)
class Config:
    preset: str = "laptop"
    seed: int = 3
    sizes: tuple[int, ...] = (10, 100)
    counts: np.ndarray | None = field(default=None, metadata={"data": True})


PASSED = Check("replace w2 after 2", 1.0, 1.01, 0.1, True)
FAILED = Check("replace sigma after 3", 0.5, 0.9, 0.02, False)


def row(generation, mean, *, regime="replace", arm="loop", size=100, measure="m", estimator="", chains=50, **more):
    values = {"error": 0.1, "median": mean, "low": mean * 0.9, "high": mean * 1.1} | more
    return Row(regime, arm, size, estimator, chains, generation, measure, mean, **values)


def line(means, start=0, **fields):
    return [row(start + i, mean, **fields) for i, mean in enumerate(means)]


def run(folder, rows=(), plots=(), checks=(), tables=None, plan=None, name="toy", **settings):
    config = type("Named", (Config,), {"name": name, "version": 1})(**settings)
    generations = max((one.generation for one in rows), default=0)
    return write_run(folder, config, generations, rows, checks, plots, tables, plan)


def lines_plot(**changes):
    return Plot(**({"name": "m", "title": "The measure", "caption": "How to read it.", "measure": "m"} | changes))


def histogram_rows(generation, counts, *, regime="replace", arm="loop", edges=None):
    edges = edges or list(range(len(counts) + 1))
    return [
        {
            "regime": regime,
            "arm": arm,
            "generation": generation,
            "low": float(low),
            "high": float(high),
            "count": count,
        }
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]


def answer(definition, regime="replace", answer="holds", estimate=0.5, **more):
    figures = {"estimate": estimate, "low": None if estimate is None else estimate - 0.1, "why": ""}
    figures["high"] = None if estimate is None else estimate + 0.1
    return {
        "regime": regime, "arm": "loop", "size": 100, "estimator": "", "at": None, "definition": definition,
        "meaning": "what <it> fears", "figure": "a share", "answer": answer,
    } | figures | more  # fmt: skip


def cloud_rows(generation, points, *, regime="replace", arm="loop"):
    return [{"regime": regime, "arm": arm, "generation": generation, "x": float(x), "y": float(y)} for x, y in points]


def image_rows(generation, images, *, regime="replace", arm="loop"):
    return [
        {
            "regime": regime, "arm": arm, "generation": generation, "index": i,
            "height": image.shape[0], "width": image.shape[1], "pixels": image.astype(np.uint8).tobytes(),
        }
        for i, image in enumerate(images)
    ]  # fmt: skip


def full(folder):
    """A run with a picture of each kind, a failed check and a published figure."""
    rng = np.random.default_rng(1)
    rows = [
        *line([1.0, 0.7, 0.5, 0.4], theory=0.5, floor=0.1, ceiling=1.2),
        *line([1.0, 0.95, 0.9, 0.85], regime="accumulate"),
        *line([1.0, 1.0, 1.0, 1.0], arm="control"),
        *line([1.0, 1.0, 1.0, 1.0], regime="accumulate", arm="control"),
    ]
    tables = {
        "histogram": [
            *histogram_rows(0, [1, 5, 2, 0]),
            *histogram_rows(3, [6, 1, 0, 1]),
            *histogram_rows(3, [1, 5, 2, 0], regime="accumulate"),
        ],
        "cloud": [*cloud_rows(0, rng.normal(size=(60, 2))), *cloud_rows(50, 0.1 * rng.normal(size=(60, 2)))],
        "images": [row for g in (0, 5) for row in image_rows(g, rng.integers(0, 256, (4, 8, 8)))],
    }
    plots = (
        lines_plot(reference=(Reference(2, 0.4, 0.6, "the paper, Fig. 4", "replace"),), formula="E[m] = ½"),
        Plot("h", "Surprise", "Counts by surprise.", "histogram", x_label="perplexity"),
        Plot("c", "The cloud", "Where points are.", "cloud"),
        Plot("i", "The images", "What it draws.", "images"),
        Plot("none", "Nothing yet", "No rows.", measure="absent"),
    )
    return run(folder, rows, plots, (PASSED, FAILED), tables, {"chains": 2})


def paths(svg, role, what="stroke"):
    """The drawn paths of one colour, each as its list of (x, y) points."""
    found = []
    for path in ElementTree.fromstring(svg).iter("path"):
        if f"{what}: var(--{role})" in path.get("style", "") and path.get("d"):
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path.get("d"))))
            found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def words(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter("text")]
