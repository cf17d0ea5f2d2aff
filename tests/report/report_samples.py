"""Synthetic reports: one with everything, and odd ones."""

import math

from scapa.records import Check, Gate
from scapa.report.data import (
    Arm,
    Corpus,
    DatedCount,
    Decisions,
    Estimate,
    Guard,
    LossChange,
    Measure,
    Reason,
    Recursion,
    ReportData,
    Returned,
    TailGauge,
    Tuning,
)

NAN = float("nan")


def corpus(first, last, *, monthly=False, cutoff="2022-11-30", documents=3):
    counts = [
        DatedCount(year, month, grade, documents)
        for year in range(first, last + 1)
        for month in (range(1, 13) if monthly else (0,))
        for grade in ("E0", "E1", "E4")
    ]
    return Corpus(tuple(counts), cutoff, undated=5)


def arm(name, kind, rate, generations=6, *, theory=False):
    xs = tuple(range(generations))
    ys = tuple(math.exp(-rate * x) for x in xs)
    return Arm(name, kind, xs, ys, tuple(y * 0.9 for y in ys), tuple(y * 1.1 for y in ys), ys if theory else ())


DECISIONS = Decisions(
    100,
    60,
    7,
    5,
    20,
    14,
    1,
    (Reason("rejected", "too_few_stop_words", 12), Reason("rejected", "auto_submitted", 8), Reason("kept", "own", 60)),
)
TUNING = Tuning(
    "m-12ab",
    promoted=False,
    train=((0, 3.5), (1000, 3.2), (2000, 3.0)),
    heldout=((0, 3.4), (2000, 3.1)),
    changes=(
        LossChange("author", Estimate(3.249), Estimate(2.861, 2.82, 2.9)),
        LossChange("control", Estimate(3.484), Estimate(3.234, 3.19, 3.27)),
        LossChange("general", Estimate(2.999), Estimate(3.101)),
    ),
    gates=(
        Gate("voice_gain", 0.138, 0.0, True, 0.103, 0.173, "beyond the control"),
        Gate("verbatim_run", 7, 12, True),
        Gate("rare_coverage", 0.81, 0.85, False, 0.78, 0.84),
    ),
)
TAILS = (TailGauge("missing_mass", 0.04, 0.03, 0.7, 0.8), TailGauge("distinct_2", 0.5, 0.52), TailGauge("none", 0, 0))
RECURSION = Recursion(
    "a mailbox",
    (
        Measure(
            "tail mass",
            "The share of words used once.",
            (arm("no guard", "unguarded", 0.3, theory=True), arm("guard", "guarded", 0.02), arm("human", "control", 0)),
        ),
        Measure("σ", "The spread.", (arm("M = 100", "unguarded", 0.5, 300),), log=True),
    ),
    checks=(Check("W2", 2.853, 2.851, 0.02, True), Check("fixation", 99.0, 136.6, 2.0, False)),
)
GUARD = Guard(12, (Returned("20–80 words", 14, 19), Returned("150 words and more", 5, None)), 6, 3, 2, 2000)
FULL = ReportData(
    "22 November 2026",
    version="0.1.0",
    corpus=corpus(2016, 2025, monthly=True),
    decisions=DECISIONS,
    tuning=TUNING,
    tails=TAILS,
    recursions=(RECURSION,),
    forecast=Recursion("", (Measure("tail mass", "Forecast.", (arm("now", "guarded", 0.1),)),)),
    guard=GUARD,
    authors=(("ada@example.org", 60),),
)
EMPTY = ReportData("today")
HOLLOW = ReportData(
    "today",
    corpus=Corpus((), "2022-11-30"),
    decisions=Decisions(0, 0, 0, 0, 0, 0, 0),
    tuning=Tuning("m-0", promoted=False),
    tails=(TailGauge("none", 0, 0),),
    recursions=(Recursion("", ()),),
    forecast=Recursion("", (Measure("x", "", ()),)),
    guard=Guard(0, ()),
)
ODD = ReportData(
    "today",
    title="<script>alert(1)</script>",
    corpus=Corpus((DatedCount(1970, 1, "E1", 1),), "2022-11-30"),
    decisions=Decisions(1, 0, 0, 0, 0, 0, 1, tuple(Reason("errored", f"why_{i}_<b>&", 1) for i in range(30))),
    tuning=Tuning(
        "m<1>",
        promoted=True,
        train=((0, NAN),),
        heldout=((0, 3.0),),
        changes=(
            LossChange("author", Estimate(3.0), Estimate(3.0)),
            LossChange("a_very_" * 9, Estimate(NAN), Estimate(1)),
        ),
        gates=(Gate("g", 0, 0, False), Gate("n", NAN, 1, False), Gate("i", 2, 1, True, 0.5, math.inf)),
    ),
    tails=(TailGauge("one", 1, 1), TailGauge("far", 1, 1e6)),
    recursions=(
        Recursion(
            "",
            (
                Measure("one point", "", (Arm("a", "guarded", (0,), (0.0,)),), log=True),
                Measure(
                    "gaps", "", (Arm("b", "other", (0, 1), (NAN, NAN)), Arm("c", "clean", (0, 1, 2), (1.0, NAN, 3.0)))
                ),
            ),
        ),
    ),
    guard=Guard(1, (Returned("0", 0, 0),)),
)
