"""The eight definitions of "model collapse" in use, told apart by Schaeffer et al. 2025, each answered on its own.

The list and the names are those of arXiv 2503.03150, checked against the authors' own figure scripts
(RylanSchaeffer/KoyejoLab-Collapse-or-Thrive, which plots these eight columns). The paper's text could not be read
when this was written: the meanings below are in our words and were *not* checked against its wording or section
numbers. The paper gives no thresholds; `RULES` are ours, stated as data, and can be replaced.

Each definition becomes one figure, larger for more of what it fears, with an interval over seeds. It *holds* if the
whole interval lies above `holds_above`, does *not hold* if the whole interval lies below `fails_below`, and *cannot be
said* otherwise: for want of a measure, of seeds, or of certainty. There is no ninth answer that sums them up, and of
eight intervals at 95 % one will miss now and then. That a risk diverges is about a limit, which no finite run can
show: a bounded one, such as W₂² of Gaussians fitted by maximum likelihood, starts just as straight. The rule for it
has no upper threshold; a run can only show that the rise has levelled off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scapa.errors import UsageError
from scapa.measure import trajectories
from scapa.measure.interval import Interval
from scapa.measure.trajectories import Trajectories, Unsaid


@dataclass(frozen=True, slots=True)
class Rule:
    """One definition as data: what it means, which figure answers it, and the two thresholds of that figure."""

    name: str
    meaning: str
    figure: str
    holds_above: float
    fails_below: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one definition: `holds` is None where nothing can be said, and `why` tells what decided."""

    rule: Rule
    holds: bool | None
    figure: Interval | None
    why: str

    @property
    def answer(self) -> str:
        """`holds`, `does not hold` or `cannot be said`."""
        return {True: "holds", False: "does not hold", None: "cannot be said"}[self.holds]


def definitions(
    found: Trajectories, *, rules: tuple[Rule, ...] | None = None, level: float = 0.95
) -> tuple[Verdict, ...]:
    """Return one verdict for each of the eight definitions, always all and in the order of `RULES`.

    `rules` may change thresholds, not names. Raises `UsageError` for a name that is none of the eight.
    """
    return tuple(_verdict(rule, found, level) for rule in (RULES if rules is None else rules))


def _verdict(rule: Rule, found: Trajectories, level: float) -> Verdict:
    if rule.name not in _MEASURED:
        raise UsageError(f"no definition is called {rule.name!r}", next="the names are: " + ", ".join(_MEASURED))
    try:
        figure = _MEASURED[rule.name](found, level)
    except Unsaid as reason:
        return Verdict(rule, None, None, str(reason))
    if figure.low > rule.holds_above:
        return Verdict(rule, True, figure, f"the whole interval is above {rule.holds_above:g}")
    if figure.high < rule.fails_below:
        return Verdict(rule, False, figure, f"the whole interval is below {rule.fails_below:g}")
    if rule.holds_above == float("inf"):
        return Verdict(rule, None, figure, f"not below {rule.fails_below:g}, and no finite run can show that it holds")
    return Verdict(rule, None, figure, f"neither all below {rule.fails_below:g} nor all above {rule.holds_above:g}")


RULES = (
    Rule(
        "catastrophic increase of population risk",
        "the test loss on real data goes so far up that the model is of no use",
        "rise of the risk from the first to the last generation, as a share of the way to a model that knows nothing",
        holds_above=0.5,
        fails_below=0.5,
    ),
    Rule(
        "any increase of population risk",
        "the test loss on real data is higher, by however little, than without the model's own data",
        "rise of the risk over the real-only control's (or the first generation's if there is none), as a share of it;"
        " less than 1 % more counts as none",
        holds_above=0.01,
        fails_below=0.01,
    ),
    Rule(
        "asymptotically diverging population risk",
        "the test loss on real data grows without bound as generations go on",
        "exponent a of a rise like tᵃ between the first, the middle and the last generation that were run",
        holds_above=float("inf"),
        fails_below=0.25,
    ),
    Rule(
        "collapsing variance",
        "what the model makes becomes ever more alike: its variance goes to 0",
        "share of the model's variance lost from the first to the last generation, by the geometric mean",
        holds_above=0.5,
        fails_below=0.1,
    ),
    Rule(
        "change in scaling law",
        "more data no longer lowers the risk at the rate that real data does",
        "share of the exponent c of risk ∝ size⁻ᶜ lost against training on real data",
        holds_above=0.2,
        fails_below=0.05,
    ),
    Rule(
        "entanglement of real data modes",
        "kinds of real data that are distinct run into each other in what the model makes",
        "share of the modes' separation lost from the first to the last generation",
        holds_above=0.5,
        fails_below=0.1,
    ),
    Rule(
        "disappearance of real tail data",
        "what is rare in the real data is no longer made",
        "share of the tail lost from the first to the last generation",
        holds_above=0.2,
        fails_below=0.05,
    ),
    Rule(
        "appearance of hallucinated data",
        "the model makes what the real law would not, or hardly ever",
        "rise, from the first to the last generation, of the share of items that the real law would hardly make",
        holds_above=0.05,
        fails_below=0.01,
    ),
)
"""The eight definitions with our thresholds."""

_MEASURED: dict[str, Callable[[Trajectories, float], Interval]] = {
    "catastrophic increase of population risk": trajectories.catastrophe,
    "any increase of population risk": trajectories.increase,
    "asymptotically diverging population risk": trajectories.growth,
    "collapsing variance": trajectories.variance,
    "change in scaling law": trajectories.scaling,
    "entanglement of real data modes": trajectories.entanglement,
    "disappearance of real tail data": trajectories.tail,
    "appearance of hallucinated data": trajectories.hallucination,
}
