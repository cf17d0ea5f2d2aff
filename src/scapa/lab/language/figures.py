"""The pictures of the language experiment."""

from __future__ import annotations

from scapa.lab.forecast.comparison import PREDICTED
from scapa.store.plot import Plot, Reference

SOURCE = "arXiv 2305.17493, fig. 10, read off: OPT-125m on wikitext2"
PAPER = {"replace": ((1, 34, 34), (2, 57, 63), (6, 51, 55)), "mix:0.1": ((1, 34, 34), (2, 40, 42), (6, 36, 38))}
"""Perplexity by our generation number (theirs plus one), lowest and highest: 34, then 34 + 26 ± 3, then 34 + 19 ± 2."""
_BOTH = ("regime", "arm")


def plots(*, published: bool) -> tuple[Plot, ...]:
    """Return the pictures; with `published` beside the paper's figures, which belong to another model and text."""
    points = tuple(
        Reference(n, low, high, SOURCE, regime) for regime, line in PAPER.items() for n, low, high in line if published
    )
    return (
        Plot(
            "perplexity",
            "How well each generation reads people's text",
            "Perplexity on held-out human text, by generation; every generation is tuned from the same base. Redraws"
            " figure 10 of arXiv 2305.17493.",
            measure="perplexity",
            series=_BOTH,
            reference=points,
        ),
        Plot(
            "rise",
            "What is lost since the first generation",
            "Loss on held-out human text minus that of generation 1, which was tuned on human text, in nats a token.",
            measure="rise",
            series=_BOTH,
        ),
        Plot(
            "histogram",
            "How likely the first model finds each generation's text",
            "Perplexity of generated blocks under the model of generation 1. Redraws figures 11 and 12 of arXiv"
            " 2305.17493, which reports that the bulk moves left, to what that model finds most likely, while a tail"
            " grows that it would never write: look at the lines for whether they do so here, and at the control for"
            " how much of that is only another model's doing.",
            kind="histogram",
            x_label="perplexity",
            series=_BOTH,
            log_x=True,
        ),
        Plot(
            "rare",
            "Rare words that are still used",
            "Share of words, seen 2 to 5 times in a sample of human text, that occur in each generation's text at all.",
            measure="rare_coverage",
            series=_BOTH,
        ),
        Plot(
            "forecast",
            "Rare words: forecast and observed",
            "Rare words that are still used, as a share of generation 1's, beside the forecast that its training set"
            " alone gives (`scapa forecast`): from word frequencies by exact theory, with no language model in it.",
            measure="rare_change",
            series=("regime", "arm", "estimator"),
            where={"estimator": ("", PREDICTED)},
        ),
        Plot(
            "missing_mass",
            "Words used only once",
            "The share of words that occur once, an estimate of the chance that the next word is new (Good 1953).",
            measure="missing_mass",
            series=_BOTH,
        ),
        Plot(
            "too_unlikely",
            "Text that the first model would hardly write",
            "Share of generated blocks above the 99th percentile of human blocks' loss under the first model.",
            measure="too_unlikely",
            series=_BOTH,
        ),
        Plot(
            "too_likely",
            "Text that the first model finds all too likely",
            "Share of generated blocks below the 1st percentile of human blocks' loss under the first model.",
            measure="too_likely",
            series=_BOTH,
        ),
        Plot(
            "self_bleu",
            "How alike the texts of a generation are",
            "Self-BLEU against 100 other texts of the same generation: it sees sameness, not lost tails.",
            measure="self_bleu",
            series=_BOTH,
        ),
    )
