"""Evaluations: how good each judge is, on labelled sets. One file a judge, with `figures()`; `bench.quality` runs them.

Labelled sets live in tests/judges/labelled/; corpora that may not be kept here are fetched when an evaluation runs.
"""
