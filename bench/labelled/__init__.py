"""Readers of the labelled sets in tests/judges/labelled, for tests, evaluations and benches."""
