import base64
import hashlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text import headers as h
from scapa.text.charset import canonical, decode
from scapa.text.flowed import unflow
from scapa.text.mime import parse, relaxed_body, simple_body
from scapa.text.parts import MAX_DEPTH

TOP = b"From: Ada <ada@example.org>\nDate: Mon, 05 Mar 2001 10:00:00 +0100\n"


def mail(body, *fields):
    return TOP + b"".join(f + b"\n" for f in fields) + b"\n" + body


def multipart(kind, *parts, boundary=b"B"):
    field = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"'
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts) + b"--" + boundary + b"--\n"
    return field, body


def part(type_, body, *fields):
    return b"\n".join([b"Content-Type: " + type_, *fields, b"", body])


def text_of(raw):
    return parse(raw).document.text


def test_the_fields_of_a_plain_mail():
    raw = (
        b'Received: from x\nFrom: =?utf-8?Q?Ad=C3=A8le?= "B" <Ada@Example.ORG>\nTo: Bob <bob@x.org>, CY@x.org\n'
        b"Cc: bob@X.org\nSubject: =?iso-8859-1?B?Y2Fm6Q==?= \n =?iso-8859-1?Q?_noir?=\n"
        b"Date: Mon, 05 Mar 2001 10:00:00 +0100\nMessage-ID: <a.1@x>\nReferences: <r1@x>\n <r2@x>\n"
        b"In-Reply-To: <r2@x>\n\nHello.\n\n"
    )
    found = parse(raw)
    d = found.document
    assert found.flaws == ()
    assert (d.kind, d.author, d.author_name, d.title) == ("mail", "ada@example.org", "Adèle B", "café noir")
    assert d.recipients == ("bob@x.org", "cy@x.org")
    assert (d.message_id, d.references) == ("a.1@x", ("r1@x", "r2@x"))
    assert (d.text, d.claimed.start) == ("Hello.", 983782800_000000)
    assert d.headers == raw[: raw.index(b"\n\n") + 1]
    assert d.body_sha256 == hashlib.sha256(b"Hello.\r\n").hexdigest()


def test_dates_missing_doubled_broken_and_from_the_future():
    assert parse(b"From: a@b.c\n\nx").flaws == ("no_date",)
    two = parse(mail(b"x", b"Date: Tue, 06 Mar 2001 10:00:00 +0100"))
    assert two.flaws == ("two_dates",)
    assert two.document.claimed.raw == "Mon, 05 Mar 2001 10:00:00 +0100"
    broken = parse(b"From: a@b.c\nDate: soon\n\nx")
    assert (broken.flaws, broken.document.claimed) == (("bad_date",), None)
    future = parse(b"From: a@b.c\nDate: Sat, 01 Jan 2028 00:00:00 GMT\n\nx")
    assert (future.flaws, future.document.claimed.start) == ((), 1830297600_000000)


@pytest.mark.parametrize(
    ("data", "declared", "text", "flaws"),
    [
        ("é".encode(), "utf-8", "é", ()),
        (b"\x93caf\xe9\x94", "iso-8859-1", "“café”", ()),
        (b"caf\xe9", "", "café", ("guessed_charset",)),
        (b"caf\xe9 " + "ñ".encode(), "utf-8", "café ñ", ("bad_charset",)),
        (b"\x81\x8d\xff", "utf-8", "\x81\x8dÿ", ("bad_charset",)),
        ("é".encode(), "us-ascii", "é", ("bad_charset",)),
        ("é".encode(), "", "é", ()),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет", ()),
        ("日本".encode("iso-2022-jp"), "ISO-2022-JP", "日本", ()),
        ("中文".encode("gbk"), "gb2312", "中文", ()),
        (b"abc", "x-no-such", "abc", ("unknown_charset",)),
        (b"abc", "hex", "abc", ("unknown_charset",)),
        (b"\\u0041", "unicode_escape", "\\u0041", ("unknown_charset",)),
        ("é".encode("utf-16"), "", "é", ()),
        (b"\xef\xbb\xbfa", "", "a", ()),
    ],
)
def test_charsets(data, declared, text, flaws):
    assert decode(data, declared) == (text, flaws)


@settings(deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["", "utf-8", "us-ascii", "x-none"]))
def test_no_byte_is_dropped(data, declared):
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        text, _ = decode(data, declared)
        assert len(text.encode()) >= len(data)


def test_canonical_text():
    assert canonical("a\r\nb\rc\n") == ("a\nb\nc\n", ())
    assert canonical("a\x00\ud800") == ("a\ufffd\ufffd", ("nul", "lone_surrogate"))


def test_plain_text_is_chosen_over_html_and_html_where_it_is_alone():
    plain, html = part(b"text/plain", b"plain"), part(b"text/html", b"<p>rich</p>")
    field, body = multipart(b"alternative", plain, html)
    assert text_of(mail(body, field)) == "plain"
    field, body = multipart(b"alternative", part(b"text/plain", b" \n"), html)
    found = parse(mail(body, field)).document
    assert (found.text, found.metadata) == ("rich", (("body", "html"),))
    assert text_of(mail(b"<div>only</div>", b"Content-Type: text/html")) == "only"


def test_html_spans_move_with_the_part_before_them():
    quote = part(b"text/html; charset=utf-8", b"n<blockquote type=cite>\xc3\xa9</blockquote>")
    field, body = multipart(b"mixed", part(b"text/plain; charset=utf-8", "über".encode()), quote)
    found = parse(mail(body, field)).document
    (span,) = found.spans
    assert found.text == "über\n\nn\n\né"
    assert found.text.encode()[span.start : span.end].decode() == "é"


def test_related_html_and_its_image_inside_an_alternative():
    inner, inside = multipart(b"related", part(b"text/html", b"<b>x</b>"), part(b"image/png", b"p"), boundary=b"I")
    field, body = multipart(b"alternative", part(b"text/plain", b""), inner + b"\n\n" + inside)
    found = parse(mail(body, field)).document
    assert (found.text, found.attachments) == ("x", (f"image/png 1 {hashlib.sha256(b'p').hexdigest()[:16]}",))


def test_attachments_are_counted_not_read_and_not_named():
    data = b"\x89PNG" * 10
    image = part(b'image/png; name="secret.png"', base64.encodebytes(data), b"Content-Transfer-Encoding: base64")
    notes = part(b"text/plain", b"notes", b'Content-Disposition: attachment; filename="secret.txt"')
    nested = part(b"message/rfc822", b"From: eve@x.org\n\nold words")
    field, body = multipart(b"mixed", part(b"text/plain", b"see"), image, notes, nested)
    found = parse(mail(body, field)).document
    assert found.text == "see"
    assert found.attachments[0] == f"image/png 40 {hashlib.sha256(data).hexdigest()[:16]}"
    assert [a.rsplit(" ", 1)[0] for a in found.attachments] == ["image/png 40", "text/plain 5", "message/rfc822 26"]


def test_attachments_beside_the_html_that_was_not_chosen_are_counted():
    image = part(b"image/png", b"p")
    inner, inside = multipart(b"mixed", part(b"text/html", b"<b>x</b>"), image, boundary=b"I")
    field, body = multipart(b"alternative", part(b"text/plain", b"plain"), inner + b"\n\n" + inside)
    found = parse(mail(body, field)).document
    assert (found.text, [a[:11] for a in found.attachments]) == ("plain", ["image/png 1"])


def test_a_named_text_after_the_body_is_an_attachment():
    log = part(b'text/plain; name="log.txt"', b"log")
    assert text_of(mail(multipart(b"mixed", part(b"text/plain", b"see"), log)[1], multipart(b"mixed")[0])) == "see"
    assert text_of(mail(b"body", b'Content-Type: text/plain; name="x.txt"')) == "body"


def test_signed_and_encrypted_mail():
    field, body = multipart(b"signed", part(b"text/plain", b"mine"), part(b"application/pgp-signature", b"sig"))
    found = parse(mail(body, field.replace(b";", b'; protocol="application/pgp-signature";', 1))).document
    assert (found.text, found.metadata, len(found.attachments)) == ("mine", (("signed", "pgp"),), 1)
    smime = parse(mail(b"AAAA", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data")).document
    assert (smime.text, smime.metadata) == ("", (("encrypted", "smime"),))


@pytest.mark.parametrize("cut", [0, 1])
def test_multiparts_nested_deep(cut):
    def nested(depth):
        raw = part(b"text/plain", b"core")
        for level in range(depth):
            field, body = multipart(b"mixed", raw, boundary=b"b%d" % level)
            raw = field + b"\n\n" + body
        return TOP + raw

    raw = nested(200)
    found = parse(raw if not cut else raw[: raw.index(b"core") + 4])
    assert found.document.text == "core"
    assert ("unclosed_multipart" in found.flaws) == bool(cut)
    closed = parse(nested(MAX_DEPTH + 5))
    assert (closed.document.text, "too_deep" in closed.flaws) == ("", True)
    assert len(closed.document.attachments) == 1


def test_bad_mime_still_yields_its_words():
    lost = parse(mail(b"some words", b"Content-Type: multipart/mixed; boundary=gone"))
    assert (lost.document.text, lost.flaws) == ("some words", ("bad_boundary",))
    for kind in (b"nonsense", b"", b"text", b"text/plain; charset", b'text/plain; charset="', b"text/plain charset=x"):
        assert text_of(mail(b"words", b"Content-Type: " + kind)) == "words"
    unclosed = parse(mail(b"--B\n\nfirst\n--B\nContent-Type: image/gif\n", multipart(b"mixed")[0]))
    assert (unclosed.document.text, unclosed.flaws) == ("first", ("unclosed_multipart",))
    after = parse(mail(multipart(b"mixed", part(b"text/plain", b"a"))[1] + b"list footer", multipart(b"mixed")[0]))
    assert (after.document.text, after.flaws) == ("a", ("text_after_parts",))


def test_transfer_encodings():
    qp, b64 = b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: base64"
    kind = b"Content-Type: text/plain; charset=utf-8"
    assert text_of(mail(b"caf=C3=A9 =\nnoir", kind, qp)) == "café noir"
    assert text_of(mail(base64.b64encode("thé".encode()), kind, b64)) == "thé"
    footer = parse(mail(base64.b64encode(b"hello you") + b"\n____\nlist", kind, b64))
    assert (footer.document.text, footer.flaws) == ("hello you____\nlist", ("text_after_base64",))
    assert parse(mail(b"aGVsbG8gA", kind, b64)).flaws == ("bad_base64",)
    odd = parse(mail(b"words", kind, b"Content-Transfer-Encoding: x-odd"))
    assert (odd.document.text, odd.flaws) == ("words", ("unknown_transfer_encoding",))


def test_format_flowed():
    text, spans = unflow("Hello \nworld.\n> quoted é \n> line\n>> deeper\nmine\n-- \nAda")
    assert text == "Hello world.\n> quoted é line\n>> deeper\nmine\n-- \nAda"
    data = text.encode()
    assert [data[s.start : s.end].decode() for s in spans] == ["> quoted é line\n>> deeper"]
    assert unflow("日本 \n語", delsp=True)[0] == "日本語"
    assert unflow("bye \n-- \nAda")[0] == "bye \n-- \nAda"
    assert unflow(" From here\n  two")[0] == "From here\n two"
    assert unflow("> last ")[1][0].end == len("> last ")
    raw = mail(b"one \ntwo\n> q", b"Content-Type: text/plain; format=Flowed; delsp=no")
    assert [s.kind for s in parse(raw).document.spans] == ["flowed_quote"]
    assert text_of(raw) == "one two\n> q"
    assert text_of(mail(b"one \ntwo", b"Content-Type: text/plain")) == "one \ntwo"


def test_line_ends_make_no_difference_except_in_the_header_bytes():
    field, body = multipart(b"mixed", part(b"text/plain; format=flowed", b"a \nb"), part(b"image/gif", b"zz"))
    raw = mail(body, field, b"DKIM-Signature: v=1")
    one, two = parse(raw), parse(raw.replace(b"\n", b"\r\n"))
    assert one.document.body_sha256 == two.document.body_sha256
    assert (one.document.text, one.document.spans, one.flaws) == (two.document.text, two.document.spans, two.flaws)
    assert one.document.metadata == two.document.metadata
    assert dict(one.document.metadata)["dkim_relaxed_sha256"] == hashlib.sha256(relaxed_body(body)).hexdigest()


def test_dkim_body_forms():  # RFC 6376: the example of 3.4.5, the empty bodies' digests of 3.4.3 and 3.4.4
    body = b" C \r\nD \t E\r\n\r\n\r\n"
    assert simple_body(body) == b" C \r\nD \t E\r\n"
    assert relaxed_body(body) == b" C\r\nD E\r\n"
    assert (
        base64.b64encode(hashlib.sha256(simple_body(b"")).digest()) == b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="
    )
    assert (
        base64.b64encode(hashlib.sha256(relaxed_body(b"")).digest()) == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    )
    assert simple_body(b"a" + b"\n" * 5000) == b"a\r\n"


def test_broken_headers():
    junk = parse(b"From: a@b.c\nthis is no header\nSubject: s\n\nbody")
    assert (junk.document.title, junk.document.text) == ("s", "body")
    assert "bad_header_line" in junk.flaws
    endless = parse(b"From: a@b.c\nbody at once\nmore")
    assert (endless.document.text, "no_header_end" in endless.flaws) == ("body at once\nmore", True)
    raw8 = parse(b"From: Ad\xe8le <a@b.c>\nSubject: \xc3\xa9\n\nx")
    assert (raw8.document.author_name, raw8.document.title[-2:]) == ("Adèle", "é")
    assert "raw_8bit_header" in raw8.flaws
    nobody = parse(b"Subject: x\nFrom: nobody at all\n\nx")
    assert (nobody.document.author, "no_author" in nobody.flaws) == ("unknown", True)


def test_encoded_words():
    assert h.decode_words("=?utf-8?B?w6k=?= =?utf-8?Q?_x?= y") == "é x y"
    assert h.decode_words("=?utf-8?B?4pi?= =?utf-8?B?gw==?=") != ""
    assert h.decode_words("=?utf-8?Q?=E2=98?= =?utf-8?Q?=83?=") == "☃"  # one character in two words
    assert h.decode_words("=?utf-8*en?Q?a?=") == "a"
    assert h.decode_words("=?x-none?Q?caf=E9?=") == "café"
    assert h.decode_words("=?utf-8?X?a?= b") == "=?utf-8?X?a?= b"


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ('"Doe, Jo" <JO@x.org>', [("Doe, Jo", "jo@x.org")]),
        ("jo@x.org (Jo Doe)", [("Jo Doe", "jo@x.org")]),
        ("=?utf-8?Q?Jo_=3Cjo=40x.org=3E?=", [("Jo", "jo@x.org")]),
        ("undisclosed-recipients:;", []),
        ("(" * 5000 + "a@b.c", []),
    ],
)
def test_addresses(value, pairs):
    assert h.addresses([value])[:1] == pairs[:1] or value.startswith("((")


def test_mime_parameters():
    value = 'text/plain; Charset="ut\\"f"; name*0="a"; name*1*=%20b; x*=utf-8\'en\'%C3%A9; y = z ; w="open'
    assert h.parameters(value) == {"charset": 'ut"f', "name": "a b", "x": "é", "y": "z", "w": "open"}
    assert h.parameters("text/plain") == {}


def test_references():
    def refs(**fields):
        return h.references(h.Headers(tuple((k.replace("_", "-"), v) for k, v in fields.items())))

    assert refs(references="<a@x> <b@x> <a@x>", in_reply_to="<c@x>") == ("a@x", "b@x", "c@x")
    assert refs(in_reply_to='Message from Jo <jo@x.org> of "Mon, 5 Mar" <id@x>') == ("id@x",)
    assert refs(in_reply_to="<id@x> (Jo's message)") == ("id@x",)


def test_time_is_bounded():
    bombs = [
        mail(b"--B\n\nx\n" * 30_000, multipart(b"mixed")[0]),
        mail(b"\n" * 1_000_000),
        TOP + b"X: y\n" * 100_000 + b"\n",
        TOP + b"To: " + b"<" * 100_000 + b"\n\n",
        TOP + b"Subject: " + b"=?a?q?" * 30_000 + b"\n\n",
        TOP + b" folded\n" * 100_000 + b"\n",
        TOP + b"Content-Type: text/plain; " + b'"' * 50_001 + b";" * 50_000 + b"\n\n",
        TOP + b"Content-Type: text/plain; " + b"a*0=x;" * 50_000 + b"\n\n",
        mail(b"=" * 1_000_000, b"Content-Transfer-Encoding: quoted-printable"),
        mail(b"> " * 300_000, b"Content-Type: text/plain; format=flowed"),
    ]
    for bomb in bombs:
        began = time.process_time()
        parse(bomb)
        assert time.process_time() - began < 4


blocks = st.lists(
    st.sampled_from(
        [b"From: a@b.c\n", b"Content-Type: multipart/mixed; boundary=B\n", b"Content-Type: text/html\n", b"\n",
         b"--B\n", b"--B--\n", b"Content-Transfer-Encoding: base64\n", b"Content-Type: text/plain; format=flowed\n",
         b"> a \n", b"<blockquote type=cite>", b"\xff\xe9", b"x\n", b"=?utf-8?b?",
         b"Content-Type: multipart/alternative; boundary=C\n",
         b"--C\n", b"Content-Type: text/plain; charset=utf-7\n", b"+2AA-", b"\x00", b"\r\n", b"Date: ", b"1 Jan 2001\n"]
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(blocks)
def test_no_bytes_raise_and_spans_stay_sound(parts):
    document = parse(b"".join(parts)).document
    data = document.text.encode()
    for span in document.spans:
        assert 0 <= span.start < span.end <= len(data)
        data[span.start : span.end].decode()
    assert "\x00" not in document.text + document.title + document.author


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_parse(raw):
    parse(raw).document.text.encode()
