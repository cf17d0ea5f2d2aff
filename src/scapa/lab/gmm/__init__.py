"""The mixture experiment of "The Curse of Recursion" (arXiv 2305.17493, SI), for many chains at once.

Two Gaussians in the plane, or one, are fitted with a mixture of two components, the mixture is sampled, another one is
fitted to the sample, and so on for 2,000 generations. `em` and `kmeans` are the fit, equal to scikit-learn's in law
and, from an equal start, in every parameter; `theory` is what the mixture as a whole must do; `experiment` the rest.
"""

from __future__ import annotations

from scapa.lab.gmm.experiment import GmmConfig

__all__ = ["GmmConfig"]
