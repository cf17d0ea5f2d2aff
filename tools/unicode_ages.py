"""Make src/scapa/judges/unicode_ages.tsv: since which version of Unicode each character has been in it.

    apt-get download unicode-data && dpkg -x unicode-data_15.0.0-1_all.deb data
    for v in 15.1.0 16.0.0 17.0.0; do pip install --no-deps --target $v unicodedata2==$v; done
    python tools/unicode_ages.py data/usr/share/unicode/DerivedAge.txt 15.1.0 16.0.0 17.0.0

Up to 15.0 the ages are those of Unicode's own DerivedAge.txt; a later version is known by what it assigns and its
forerunner did not. Characters of 1.1 and code points that are no characters are left out: their age tells nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/scapa/judges/unicode_ages.tsv"
_ASSIGNED = (
    "import json, unicodedata2 as u; "
    "print(json.dumps([c for c in range(0x110000) if u.category(chr(c)) not in ('Cn', 'Co', 'Cs')]))"
)


def main(derived: Path, later: list[Path]) -> None:
    """Write the table from DerivedAge.txt and one folder with unicodedata2 per later version, in order."""
    ages = _derived(derived)
    assigned: set[int] = set()
    for folder in later:
        assigned = _assigned(folder)
        major, minor, *_ = folder.name.split(".")
        for code in assigned - ages.keys():
            ages[code] = f"{major}.{minor}"
    rows = _ranges({code: age for code, age in ages.items() if code in assigned and age != "1.1"})
    lines = [f"{a:04X}\t{b:04X}\t{age}" for a, b, age in rows]
    OUT.write_text(
        "# first\tlast\tversion, made by tools/unicode_ages.py\n" + "\n".join(lines) + "\n", encoding="ascii"
    )


def _derived(file: Path) -> dict[int, str]:
    ages = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        codes, _, age = line.partition("#")[0].partition(";")
        if age:
            first, _, last = codes.strip().partition("..")
            ages |= dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), age.strip())
    return ages


def _assigned(folder: Path) -> set[int]:
    environment = {"PYTHONPATH": str(folder)}
    out = subprocess.run([sys.executable, "-c", _ASSIGNED], env=environment, capture_output=True, check=True)
    return set(json.loads(out.stdout))


def _ranges(ages: dict[int, str]) -> list[tuple[int, int, str]]:
    codes = sorted(ages)
    breaks = [i + 1 for i, (a, b) in enumerate(pairwise(codes)) if b != a + 1 or ages[a] != ages[b]]
    bounds = [0, *breaks, len(codes)]
    return [(codes[i], codes[j - 1], ages[codes[i]]) for i, j in pairwise(bounds)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
