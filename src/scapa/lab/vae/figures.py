"""The experiment's pictures, as data."""

from __future__ import annotations

from scapa.store.plot import Plot, Reference


def plots(published: tuple[Reference, ...]) -> tuple[Plot, ...]:
    """Return the plots; `published` are the paper's standard deviations of the latents, where the set-up is its own."""
    return (
        Plot(
            "latents",
            "Spread of the latents",
            "Standard deviation of the latents that the encoder trained on real pictures reads from each generation's"
            " pictures. It falls as they grow alike. Generation 1 was trained on real pictures: the paper's generation"
            " n is n + 1 here. The control is trained on real pictures every time.",
            measure="latent_std",
            y_label="standard deviation of latents",
            reference=published,
        ),
        Plot(
            "latent-histogram",
            "The latents, generation by generation",
            "The same latents in full. In the paper's density plot they gather at zero, more so with every generation:"
            " look at the lines for whether they do so here.",
            kind="histogram",
            where={"arm": "loop"},
            x_label="latent",
        ),
        Plot(
            "pictures",
            "What each generation makes",
            "The same random latents decoded by every generation. In the paper digits blur and merge into one another:"
            " look at the later pictures for whether they do so here.",
            kind="images",
            where={"arm": "loop"},
        ),
        Plot(
            "class-entropy",
            "How mixed a picture's class is",
            "Entropy of the classes of a picture's ten nearest real neighbours, mean over pictures: 0 means that all"
            " are of one class. It can fall again once every picture is the same blur with one nearest class.",
            measure="class_entropy",
            y_label="bits",
        ),
        Plot(
            "classes",
            "Classes still met",
            "Effective number of classes among a generation's pictures, exp of the entropy of their shares.",
            measure="classes",
            y_label="classes",
        ),
        Plot(
            "recall",
            "Real pictures still within reach",
            "Recall at k = 5: the share of held-out real pictures no further from a made one than its fifth neighbour.",
            measure="recall",
        ),
        Plot(
            "precision",
            "Made pictures that look real",
            "Precision at k = 5: the share of made pictures no further from a held-out one than its fifth neighbour.",
            measure="precision",
        ),
        Plot(
            "loss",
            "Real pictures under each generation",
            "Negative evidence bound of real pictures that no generation learns from, nats a picture: what each one has"
            " forgotten of real pictures.",
            measure="loss_real",
            y_label="nats a picture",
        ),
    )
