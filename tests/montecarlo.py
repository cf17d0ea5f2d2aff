"""How far a sample mean lies from what theory says, in standard errors."""

import numpy as np


def z(values, expected):
    """Return (mean − expected)/(its standard error), over the first axis."""
    values = np.asarray(values, dtype=float)
    return (values.mean(axis=0) - expected) / (values.std(axis=0, ddof=1) / np.sqrt(len(values)))
