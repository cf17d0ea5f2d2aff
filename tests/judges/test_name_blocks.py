"""Name blocks: names with telephones, firms and professions, and what only looks like them."""

import pytest

from scapa.judges.mail_ends import is_mobile
from scapa.judges.name_blocks import block_start, motto_start


def _block(text, before_header=False):
    bare = [line.strip() for line in text.split("\n")]
    at = block_start(bare, 0, len(bare), before_header)
    return "\n".join(bare[at:]) if at >= 0 else ""


@pytest.mark.parametrize(
    "block",
    [
        "Ann Other\nHead of Knots\nTel. 01632 960 100",
        "David Black\nSeattle, WA USA",
        "Ann Other | Records Office | Ext. 4471",
        "Dr. Ann Other\nInstitut für Knoten\nann@example.org",
        "- Ann Other\nhttp://example.org/ann",
        "=-=-=-=-=\nAnn\nann@example.org\n=-=-=-=-=",
        "―――――――――\n山田太郎\nTEL 03-0000-0000\n―――――――――",
        "--Ann Other (home page: http://example.org/)",
    ],
)
def test_a_name_and_more_is_a_block(block):
    assert _block("The boat leaves at noon.\n\n" + block) == block


@pytest.mark.parametrize(
    "closing", ["Kind regards,", "Mit freundlichen Grüßen", "Cordialement,", "Venlig hilsen", "敬具"]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_closing_words_stay_and_lines_may_stand_apart(closing, gap):
    block = gap.join(["Ann Other", "Ufficio Vele", "Consorzio Adriatico"])
    assert _block(f"The boat leaves at noon.\n\n{closing}\n\n{block}") == block


@pytest.mark.parametrize(
    "end",
    [
        "Yours\nAnn Other", "Ann", "Anna und Philipp", "/Lone", "Le jury",
        "[1] http://example.org/a\n[2] http://example.org/b",
        "Joe's number is:\n\nJoe Pipes\nTel. 01632 960 777",
        "1. Ann Other\n2. call 01632 960 111",
        "Well, the hall with 333 seats is almost there. And I look\nforward to it.",
        "Domain Name, Expiry Date\nexample.com, 2002-06-26",
        "Part one is done.\n--------------\nPart two is not.",
        "http://example.org/a\nhttp://example.org/b",
        "The new network aims to beat the problems that make\nsuch networks slow.",
        "| year | boats |\n| 2001 | 14 |",
    ],
)  # fmt: skip
def test_what_is_no_name_and_more_is_none(end):
    assert _block("The boat leaves at noon.\n\n" + end) == ""


def test_an_address_alone_is_a_block_above_a_header_only():
    assert _block("The boat leaves at noon.\n\nann@example.org", before_header=True) == "ann@example.org"
    assert _block("The boat leaves at noon.\n\nann@example.org") == ""


def test_a_saying_below_a_first_name():
    said = ["The boat leaves.", "", "Thanks", "Ann", "", '"The sea is a road', 'that nobody paves."']
    assert motto_start(said, 0, len(said)) == 5
    assert motto_start(["As she says in the book:", "", '"The sea is a road."'], 0, 3) == -1


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPad", "Enviado desde mi iPad",
        "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Sendt fra min iPhone", "Enviado do meu iPhone",
        "Wysłane z iPhone’a", "iPhoneから送信", "发自我的 iPhone", "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    ],
)  # fmt: skip
def test_mobile_footers(line):
    assert is_mobile(line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my heart, with more than a typo of love and all of the words that I never said to you before today",
        "Enviado fica também o nosso abraço ao avô!", "Get out.", "", "Sent", "The letter was sent from Rome.",
    ],
)  # fmt: skip
def test_no_mobile_footers(line):
    assert not is_mobile(line)
