"""Encoding: whether what one reads is what was written, or what transfer and decoding made of it."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from scapa.judges import JUDGES, Column
from scapa.judges.columnar import Columnar

if TYPE_CHECKING:
    import pyarrow as pa

_READ = 200_000  # characters of a text in which mojibake is looked for


@JUDGES.register
class Encoding(Columnar):
    """What of a text its author did not write: characters of a wrong decoding, leftovers, characters nobody sees.

    The text itself is never changed: words are compared without invisible characters anyway (`scapa.text.words`), and
    what a policy makes of the rest is its affair.
    """

    name = "encoding"
    version = 1
    source = "ftfy (Apache-2.0) for mojibake; RFC 2045, HTML and Unicode for the rest"
    failures = (
        "text decoded as the wrong one of two encodings for the same script (ISO 8859-1 for 8859-2) looks like words",
        "flags of parts of countries are written with tags, which count as invisible",
        "a text about quoted-printable or HTML has residues that were meant",
    )
    columns = {
        "mojibake": Column("int", "places that look like UTF-8 read as something else, such as “Ã©”"),
        "lost": Column("int", "replacement characters: what was here cannot be known again"),
        "controls": Column("int", "control characters that are no white space"),
        "invisible": Column("int", "characters that show nothing and join nothing"),
        "directions": Column("int", "characters that turn the reading direction"),
        "residues": Column("int", "leftovers of quoted-printable and of HTML"),
    }

    def data(self) -> tuple[str, ...]:
        return (f"ftfy-{version('ftfy')}",)

    def arrays(self, batch: pa.RecordBatch) -> list[pa.Array]:
        import pyarrow as pa

        from scapa.text.debris import debris
        from scapa.text.kernels import utf8

        text = batch.column("text")
        found = debris(utf8(text))
        mojibake = [0] * len(batch)
        for row in found.beyond_ascii.nonzero()[0].tolist():
            mojibake[row] = _mojibake(text[row].as_py())
        counts = (found.lost, found.controls, found.invisible, found.directions, found.residues)
        return [pa.array(mojibake), *(pa.array(count) for count in counts)]


def _mojibake(text: str) -> int:
    from ftfy.badness import badness

    return int(badness(text[:_READ]))
