"""Measures load numpy alone; what only some of them need is loaded when they are called."""

import subprocess
import sys

HEAVY = ("scipy", "sklearn", "torch", "matplotlib", "duckdb")
PARTS = ("collapse", "distance", "diversity", "interval", "neighbours", "surprise", "tails", "tokens", "trajectories")


def test_importing_every_measure_loads_nothing_heavy():
    code = f"import sys; from scapa.measure import {', '.join(PARTS)}; print(*(n for n in {HEAVY} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
