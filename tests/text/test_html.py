import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scapa.text.html import render


def spans(html):
    page = render(html)
    data = page.text.encode()
    return [(s.kind, data[s.start : s.end].decode()) for s in page.spans]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>x\n  y\t z</p>", "x y z"),
        ("a<b> b</b>c <i>d</i>", "a bc d"),
        ("<a href='https://example.org/?a=1&b=2'>a link</a>!", "a link!"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("<ul><li>a<li><p>b</p></ul>c", "- a\n\n- b\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a b\nc d"),
        ("caf&eacute; &#8212; &lt;b&gt; &amp;c", "café — <b> &c"),
        ("a &nbsp; b", "a b"),
        ("1 < 2 and 3 > 2 <3", "1 < 2 and 3 > 2 <3"),
        ("<!-- no --><!DOCTYPE html><?xml x?>yes<![if x]>!<![endif]>", "yes!"),
        ("<style>p{}</style><script>if (a<b) '</p>'</script>x<title>t</title>", "x"),
        ('<img src="x" alt="😀"><img alt="a photo of us">', "😀"),
        ('<p title="a > b">x</p>', "x"),
        ("<pre>a&#13;b&#0;c&#xD800;</pre>", "a\nb\ufffdc\ufffd"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
    ],
)
def test_text_as_a_reader_sees_it(html, text):
    assert render(html).text == text


@pytest.mark.parametrize(
    ("html", "quoted"),
    [
        ('new<div class="gmail_quote">On …:<blockquote>old</blockquote></div>', "On …:\n\nold"),
        ('new<blockquote type="cite" class=x>old é</blockquote>after', "old é"),
        ('new<div class="moz-cite-prefix">Bob wrote:</div>', "Bob wrote:"),
        ('new<div id="x_yiv12" class="yahoo_quoted">old</div>', "old"),
        ('<div>new</div><div id="appendonsend"></div><hr><div>old</div>', "old"),
        ('<div>new</div><div id="x_divRplyFwdMsg">From: b</div><div>old</div>', "From: b\nold"),
        (
            "<div class=WordSection1><p>new</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
            "padding:3.0pt 0in 0in 0in'><p><b>From:</b> b</p></div></div><p>old</p></div>",
            "From: b\n\nold",
        ),
    ],
)
def test_what_clients_mark_as_quoted(html, quoted):
    found = spans(html)
    assert found[0] == ("html_quote", quoted)
    assert render(html).text.startswith("new\n")


def test_signatures_and_bare_block_quotes_have_kinds_of_their_own():
    html = "x<blockquote>a poem</blockquote><div class='gmail_signature' dir=ltr>Ada<br>Lab</div>"
    assert spans(html) == [("html_blockquote", "a poem"), ("html_signature", "Ada\nLab")]


def test_a_quote_that_follows_ends_with_the_quote_that_holds_it():
    html = "a<blockquote type=cite>b<div id=divRplyFwdMsg>c</div>d</blockquote>e"
    assert spans(html) == [("html_quote", "b\n\nc\nd".replace("\n\n", "\n")), ("html_quote", "c\nd")]
    assert render(html).text.endswith("\n\ne")


@pytest.mark.parametrize("how", ['style="color:red; display : none"', "hidden", 'style="visibility:hidden"'])
def test_hidden_text_is_left_out_and_said_so(how):
    page = render(f"a<div {how}>pre<p>header</p></div>b")
    assert (page.text, page.flaws) == ("a\nb", ("hidden_text",))


def test_what_has_no_end_is_said():
    assert render("a<!-- b").flaws == ("unclosed_html",)
    assert render("a<script>b").flaws == ("unclosed_html",)
    assert render("a<p>b").flaws == ()


def test_misnested_inline_tags_do_not_end_quotes():
    assert spans("<font><blockquote type=cite>a</font>b</blockquote>c") == [("html_quote", "ab")]
    assert spans("<blockquote type=cite><div>a</blockquote>b</div>c") == [("html_quote", "a")]


ATTACKS = {
    "deep": "<div>" * 50_000,
    "deep quotes": "<blockquote type=cite>" * 25_000 + "x" + "</blockquote>" * 25_000,
    "inline": "<b>" * 50_000 + "</i></b>" * 50_000,
    "open tags": "<a" * 150_000,
    "quotes": '<a ="' * 60_000 + ">" * 9,
    "comments": "<!--" * 90_000,
    "scripts": "<script>" * 60_000,
    "ampersands": "&" * 300_000,
    "numbers": "&#" + "9" * 300_000,
    "attributes": "<a " + 'class=" ' * 60_000 + ">",
    "tails": "<div id=appendonsend>" * 15_000 + "x",
    "items": "<li>" * 60_000,
    "spaces": "<p>" + " " * 300_000 + "x",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_time_is_linear_whatever_the_page(name):
    began = time.process_time()
    render(ATTACKS[name])
    assert time.process_time() - began < 4  # a quadratic pass over these takes minutes


pieces = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class=gmail_quote>", "<div id=appendonsend>", "</div>", "<blockquote type=cite>", "<br>",
         "</blockquote>", "<b>", "</b>", "<li>", "<pre>", "</pre>", "<td>", "é", "x ", " 😀", "\n", "&nbsp;", "<", ">",
         "<div style=display:none>", "<!--", "-->", "<script>", "</script>", "<span class=gmail_signature>", "</span>"]
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(pieces)
def test_spans_are_valid_and_nested_or_disjoint(parts):
    page = render("".join(parts))
    data = page.text.encode()
    for a in page.spans:
        assert 0 <= a.start < a.end <= len(data)
        data[a.start : a.end].decode()
        assert data[a.start : a.end].strip(b" \n") == data[a.start : a.end]
        for b in page.spans:
            assert (
                a.end <= b.start
                or b.end <= a.start
                or {(a.start >= b.start), (a.end <= b.end)} == {True}
                or (a.start <= b.start and b.end <= a.end)
            )


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_renders(html):
    render(html.encode("utf-8", "replace").decode())


def _quoted(html):
    page = render(html)
    raw = page.text.encode()
    return [raw[s.start : s.end].decode() for s in page.spans if s.kind == "html_quote"]


def test_what_is_written_between_gmails_block_quotes_is_no_quote():
    html = (
        '<div>Hi</div><div class="gmail_quote"><div class="gmail_attr">On Monday Ann wrote:</div>'
        '<blockquote class="gmail_quote">One?</blockquote><div>Yes.</div>'
        '<blockquote class="gmail_quote">Two?</blockquote><div>No.</div></div>'
    )
    assert _quoted(html) == ["On Monday Ann wrote:\n\nOne?", "On Monday Ann wrote:", "Two?"]


def test_a_forward_in_gmails_container_is_a_quote_to_its_end():
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message</div>'
        "<div><blockquote>inner</blockquote>outer</div></div>after"
    )
    assert _quoted(html)[0] == "---------- Forwarded message\n\ninner\n\nouter"


def test_gmails_block_quote_alone_is_the_authors():
    page = render('<div>Look:</div><blockquote class="gmail_quote">An article.</blockquote>')
    assert [span.kind for span in page.spans] == ["html_blockquote"]


@pytest.mark.parametrize(
    "mark",
    [
        '<hr id="zwchr">', '<hr id="stopSpelling">', '<div id="divRplyFwdMsg"></div>',
        '<div id="x_divRplyFwdMsg"></div>', '<div id="appendonsend"></div>', '<hr data-marker="__DIVIDER__">',
    ],
)  # fmt: skip
def test_all_behind_these_marks_is_a_quote(mark):
    assert _quoted(f"<p>own</p>{mark}<p>theirs</p><p>theirs, too</p>") == ["theirs\n\ntheirs, too"]


@pytest.mark.parametrize(
    "attribute", ['id="Signature"', 'class="moz-signature"', 'data-marker="__SIG_PRE__"', 'class="sh-signature"']
)
def test_signatures_of_several_programs(attribute):
    page = render(f"<p>own</p><div {attribute}>Ann</div>")
    assert [(span.kind, page.text[span.start : span.end]) for span in page.spans] == [("html_signature", "Ann")]
