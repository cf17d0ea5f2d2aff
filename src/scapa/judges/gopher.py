"""Gopher: its rules of quality and of repetition, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scapa.judges import JUDGES, Column
from scapa.judges.measured import Limit, Measured, counted, ratio

if TYPE_CHECKING:
    import pyarrow as pa

QUALITY = (
    Limit("too_few_words", "words", least=50),
    Limit("too_many_words", "words", most=100_000),
    Limit("words_too_short", "mean_word_length", least=3),
    Limit("words_too_long", "mean_word_length", most=10),
    Limit("too_many_hashes", "hashes", most=0.1),
    Limit("too_many_ellipses", "ellipses", most=0.1),
    Limit("too_many_bullet_lines", "bullet_lines", most=0.9),
    Limit("too_many_ellipsis_lines", "ellipsis_lines", most=0.3),
    Limit("too_few_alphabetic_words", "alphabetic", least=0.8),
    Limit("too_few_stop_words", "stop_words", least=2),
)
_CHARACTERS = ("duplicate_line_characters", "duplicate_paragraph_characters")
_TOP = {2: 0.20, 3: 0.18, 4: 0.16}
_DUPLICATE = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}
REPETITION = (
    Limit("no_text", "pieces", least=1),
    Limit("too_many_duplicate_paragraphs", "duplicate_paragraphs", most=0.3),
    Limit("too_much_in_duplicate_paragraphs", "duplicate_paragraph_characters", most=0.2),
    Limit("too_many_duplicate_lines", "duplicate_lines", most=0.3),
    Limit("too_much_in_duplicate_lines", "duplicate_line_characters", most=0.2),
    *(Limit(f"too_frequent_{n}_gram", f"top_{n}_gram", most=most) for n, most in _TOP.items()),
    *(Limit(f"too_many_duplicate_{n}_grams", f"duplicate_{n}_grams", most=most) for n, most in _DUPLICATE.items()),
)


@JUDGES.register
class Gopher(Measured):
    """What Gopher's rules count in the whole text, quotes included: words and symbols, lines, and what repeats.

    Words and symbols are those of `scapa.text.pieces`; a word is any piece but punctuation. Lengths and shares of the
    text are in characters. `quality` and `repetition` name the published limits that a text breaks; a policy may set
    others over the other columns.
    """

    name = "gopher"
    version = 1
    needs = ("lines",)
    source = "Rae et al. 2021 (arXiv 2112.11446), section A1.1 and table A1, counted as datatrove 0.10 counts"
    failures = (
        "punctuation counts as pieces without a letter: text rich in it breaks too_few_alphabetic_words",
        "stop words are English: other languages break too_few_stop_words",
        "poems, songs, tables and logs repeat of their nature",
        "of a text of more than 4,000,000 pieces repetition is measured in the first so many",
    )
    columns = {
        "pieces": Column("int", "words and symbols"),
        "words": Column("int", "pieces that are not punctuation"),
        "mean_word_length": Column("float", "characters a word"),
        "hashes": Column("float", "# a piece"),
        "ellipses": Column("float", "… or ... a piece"),
        "bullet_lines": Column("float", "share of lines that begin with a bullet or -"),
        "ellipsis_lines": Column("float", "share of lines that end in an ellipsis"),
        "alphabetic": Column("float", "share of pieces with a letter"),
        "stop_words": Column("int", "distinct words of: the be to of and that have with"),
        "duplicate_lines": Column("float", "share of lines that equal an earlier one"),
        "duplicate_line_characters": Column("float", "share of the text in such lines"),
        "duplicate_paragraphs": Column("float", "share of paragraphs that equal an earlier one"),
        "duplicate_paragraph_characters": Column("float", "share of the text in such paragraphs"),
        **{
            f"top_{n}_gram": Column("float", f"the most frequent {n} pieces in a row: its share of the text")
            for n in _TOP
        },
        **{
            f"duplicate_{n}_grams": Column("float", f"share of the text in {n} pieces in a row that came before")
            for n in _DUPLICATE
        },
        "quality": Column("texts", f"limits broken, of {', '.join(limit.finding for limit in QUALITY)}"),
        "repetition": Column("texts", f"limits broken, of {', '.join(limit.finding for limit in REPETITION)}"),
    }
    limits = {"quality": QUALITY, "repetition": REPETITION}

    def measure(self, batch: pa.RecordBatch) -> dict[str, Any]:
        from scapa.text.interning import byte_view
        from scapa.text.piece_statistics import piece_statistics

        pieces = piece_statistics(byte_view(batch.column("text")))
        count, size, all_, lines = pieces.of, pieces.of("characters"), pieces.of("pieces"), batch.column("lines")
        return {
            "pieces": all_,
            "words": count("words"),
            "mean_word_length": ratio(count("word_characters"), count("words")),
            "hashes": ratio(count("hashes"), all_),
            "ellipses": ratio(count("ellipses"), all_),
            "bullet_lines": ratio(count("bullet_lines"), count("lines")),
            "ellipsis_lines": ratio(count("ellipsis_lines"), count("lines")),
            "alphabetic": ratio(count("alphabetic"), all_),
            "stop_words": count("stop_words"),
            "duplicate_lines": ratio(counted(lines, "duplicate_lines"), counted(lines, "lines")),
            "duplicate_paragraphs": ratio(counted(lines, "duplicate_paragraphs"), counted(lines, "paragraphs")),
            **{name: ratio(counted(lines, name), size) for name in _CHARACTERS},
            **{f"top_{n}_gram": ratio(count(f"top_{n}"), size) for n in _TOP},
            **{f"duplicate_{n}_grams": ratio(count(f"duplicate_{n}"), size) for n in _DUPLICATE},
        }
