"""The pictures of the mixture experiment, as data, for each set-up."""

from __future__ import annotations

from scapa.store.plot import Plot, Reference

SAVED = "authors' notebook as saved: one run, read off its figure"
SAVED_L2 = (
    Reference(100, 0.05, 0.2, SAVED),
    Reference(500, 1.0, 4.0, SAVED),
    Reference(1_000, 20.0, 60.0, SAVED),
    Reference(2_000, 100.0, 300.0, SAVED),
)
"""∫(p_n−p_1)² of a blob at N = 1,000, as the notebook's figure of sample sizes shows it."""
MISLABELLED = Plot(
    "gmm-two-mislabelled", "Original points given to the wrong component: two Gaussians",
    "Share of original points that generation n assigns to another component than the first fit did; .5 is chance. "
    "The paper reports that the model begins to perceive the distribution wrongly by about generation 50: look at the "
    "line for when it does so here.",
    measure="mislabelled", where={"estimator": "two"},
)  # fmt: skip
_REACH = (
    "no further than its fifth neighbour, of 500 points each. The control, refitted on real ones, is not at 1 either."
)
LOOPS = (
    Plot(
        "gmm-precision", "Quality: are written points like real ones?",
        f"Precision at k = 5: the share of written points within reach of a real one, {_REACH} The paper concludes "
        "that without enough new real data quality or diversity is lost, and that sampling with bias (λ < 1) buys "
        "quality with diversity. Without bias look how much of a fall is chance, a few chains of eight: a cloud that "
        "has shrunk lies among real points wherever its mean went.",
        measure="precision", y_label="share of written points",
    ),
    Plot(
        "gmm-recall", "Diversity: are real points like written ones?",
        f"Recall at k = 5: the share of real points within reach of a written one, {_REACH} Look how fast it is lost "
        "with no real data, with bias and without, and whether the same real data, or new ones, keep it.",
        measure="recall", y_label="share of real points",
    ),
)  # fmt: skip
"""Self-consuming loops: Alemohammad 2307.01850 measures them on generated pictures."""
_TITLES = {"two": "two Gaussians", "blob": "one Gaussian fitted with two"}


def plots(set_up: str) -> tuple[Plot, ...]:
    """Return the pictures of one set-up, `two` or `blob`."""
    title, where = _TITLES[set_up], {"estimator": set_up}
    common = (
        Plot(
            f"gmm-{set_up}-cloud", f"What one chain draws: {title}",
            "Points written by each generation's model (0: real data), coloured by the component they are assigned to. "
            "Redraws the paper's figure of mixtures at 0, 50, 100, 150, 200, 350 and 2,000; the notebook counts the "
            "fit on real data as 0, we as 1.",
            kind="cloud", where=where,
        ),
        Plot(
            f"gmm-{set_up}-variance", f"Variance of the whole mixture: {title}",
            "Mean over chains of tr Cov/2. Dashed: exact, whatever the two components do, because every M-step keeps "
            "the mean and the covariance of its training set. Beyond N/2 generations a few chains carry the mean.",
            measure="variance", where=where, formula="E[Cov] = rⁿ Σ + εN(1 − rⁿ) I",
        ),
        Plot(
            f"gmm-{set_up}-std", f"Width of the typical chain: {title}",
            "Median over chains of the standard deviation of the whole mixture; the mean cannot lie above the shade. "
            "The paper reports an end near a point: look at the line for how near the typical chain comes here.",
            measure="std", where=where, statistic="median", log_y=True,
        ),
        Plot(
            f"gmm-{set_up}-l2", f"Distance from the first fit: {title}",
            "Median over chains of ∫(p_n − p_1)², which grows without bound as a component shrinks.",
            measure="l2_first", where=where, statistic="median", log_y=True,
            reference=SAVED_L2 if set_up == "blob" else (),
        ),
    )  # fmt: skip
    return (*common, MISLABELLED) if set_up == "two" else common
