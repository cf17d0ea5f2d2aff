"""Experiments: what each is called on a page and what it shows, in the paper's order, its successors after."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """An experiment for people: a title, and in a few sentences what happens and what to look for."""

    title: str
    text: str


ABOUT = {
    "discrete": About(
        "Words: a discrete distribution",
        "A distribution is fitted exactly and sampled, and the next is fitted to the sample. Nothing but chance acts,"
        " and it is enough: what is rare is not drawn one day, and then can never be drawn again.",
    ),
    "absorption": About(
        "The end of words: one state is left",
        "Resampling goes on to its end, a world with one word. Which word it is, is a lottery; how long it takes is"
        " known.",
    ),
    "gaussian": About(
        "One bell curve",
        "A mean and a variance are fitted to samples of the fit before. The mean wanders, the variance fades, and"
        " theory says exactly how fast. More samples a generation put it off; they do not prevent it.",
    ),
    "gmm": About(
        "Two heaps of points",
        "A mixture of Gaussians is fitted to samples of the fit before. The paper reports that it forgets which heap is"
        " which within 50 generations, and in the end shrinks towards a point: look at the lines for whether, and when,"
        " it does so here.",
    ),
    "vae": About(
        "Pictures of digits",
        "A variational autoencoder is trained on pictures that the one before made up. In the paper digits turn into"
        " one another until all look alike: look at the pictures for how far that goes here.",
    ),
    "language": About(
        "A language model",
        "A small transformer is tuned on text that the one before wrote, as the paper did with a larger one. The paper"
        " reports that the text becomes likelier to the first model, while a tail of nonsense grows: look at the"
        " histogram for whether it does so here.",
    ),
    "ngram": About(
        "A language model that counts",
        "The same loop with a model cheap enough for every regime and many seeds: rare words go first, and what keeps"
        " them is human text.",
    ),
    "forecast": About(
        "A forecast from theory",
        "What is left of a text's tail after each generation under each way of training on it, computed from how often"
        " its words occur: no model is trained for it.",
    ),
    "forecast-check": About(
        "The forecast beside what happened",
        "The same figures predicted from the text alone and then observed in models that were trained in a loop on it.",
    ),
    "two-states": About(
        "Two words: how long both live",
        "With two words the end can be computed exactly: how likely it is that both are still there, between proven"
        " bounds.",
    ),
    "kde": About(
        "Kernel density estimates",
        "A density is estimated with a kernel and sampled. Here nothing narrows: every round adds the kernel's own"
        " width. Collapse is a matter of the model, too.",
    ),
    "regression": About(
        "Least squares: accumulate or replace",
        "A linear model learns from labels that the one before made. If each generation replaces the data the error"
        " grows without end; if data accumulate it stays below π²/6 of the first.",
    ),
    "ridge": About(
        "A fixed share of synthetic labels",
        "However many rows there are, a share of synthetic ones sets a floor under the error: more data of the same"
        " mix do not help.",
    ),
    "verifier": About(
        "A verifier that prunes",
        "Of what a generator labels a verifier keeps some. It need not be good to help, but there is a point at which"
        " all that it lets through teaches the opposite.",
    ),
    "weighting": About(
        "How much weight for fresh human data",
        "In every generation new real data stand beside the last model's. Pooling them is not the best that can be"
        " done; with as many of each the best weight is the golden ratio's .618.",
    ),
}
"""By the experiment's name; one that is not here goes by its name, after the others."""


def about(name: str) -> About:
    """Return what an experiment is called and shows."""
    return ABOUT.get(name) or About(name, "")


def rank(name: str) -> tuple[int, str]:
    """Return where an experiment stands on a page."""
    names = list(ABOUT)
    return (names.index(name) if name in ABOUT else len(names), name)
