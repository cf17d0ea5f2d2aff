"""Scapa: a workshop for low-background text, the uncontaminated kind."""

__version__ = "0.1.0"
