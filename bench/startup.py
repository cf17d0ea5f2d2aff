"""How long until `scapa --help` answers: `python -m bench.startup [--json]`. The peer is a bare `python -c pass`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from statistics import median


def seconds(*arguments: str) -> float:
    """Return the wall seconds of one Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    ours, peer = [], []
    for _ in range(11):
        ours.append(seconds("-c", "from scapa.cli import main; main(['--help'])"))
        peer.append(seconds("-c", "pass"))
    ratios = [b / a for a, b in zip(ours, peer, strict=True)]
    row = {"name": "scapa --help v python -c pass", "ours": median(ours), "peer": median(peer),
           "ratio": median(ratios), "unit": "s", "low": min(ratios), "high": max(ratios)}  # fmt: skip
    if arguments.json:
        json.dump({"rows": [row]}, sys.stdout, indent=2)
    else:
        print(f"scapa --help {median(ours):.3f} s (least {min(ours):.3f}, most {max(ours):.3f});"
              f" bare Python {median(peer):.3f} s")  # fmt: skip


if __name__ == "__main__":
    main()
