"""HTML to text and structural spans, in one linear pass without a tree.

A tree builder that follows HTML5 is quadratic in nesting depth (Lexbor took 29 s for 10⁵ nested `div`s), and mail is
written by strangers. So: a scanner that consumes every byte once, a stack with an index by tag name, no recursion.
Elements that a browser hides are left out and named in the flaws; scripts, styles and comments are no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from scapa.records import Span
from scapa.text.html_marks import Mark, mark

_NAME = re.compile(r"/?([A-Za-z][^\s/>]{0,63})")
_ATTRIBUTES = re.compile(r"""(?:[^>"'=]++|=\s{0,8}+(?:"[^"]{0,4096}+"|'[^']{0,4096}+')?+|["'])*+>""")
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_WORDLESS = re.compile(r"[^A-Za-z0-9]{1,8}")
_ALT = re.compile(r"""\balt\s{0,8}=\s{0,8}(?:"([^"]{1,40})"|'([^']{1,40})')""", re.IGNORECASE)

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_SILENT = ("script", "style", "title", "template", "noframes", "noembed", "iframe", "object", "select", "svg", "math")
_PARAGRAPH = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "ul",
        "ol",
        "dl",
        "table",
        "pre",
        "hr",
        "fieldset",
        "figure",
    ]
)
_LINE = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "caption",
        "dd",
        "details",
        "div",
        "dt",
        "footer",
        "form",
        "head",
        "header",
        "html",
        "li",
        "main",
        "nav",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "legend",
    ]
)
_CELL = frozenset(("td", "th"))
_BLOCK = _PARAGRAPH | _LINE | _CELL
_CLOSES = {  # an opening tag that ends an open one without a closing tag (HTML Standard, "optional tags")
    **dict.fromkeys(_PARAGRAPH | _LINE, ("p",)),
    "li": ("li", "p"),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "dt": ("dt", "dd", "p"),
    "dd": ("dt", "dd", "p"),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader of the page sees; `spans` are UTF-8 byte offsets into `text`, nested or disjoint."""

    text: str
    spans: tuple[Span, ...]
    flaws: tuple[str, ...]


def render(html: str) -> Rendered:
    """Return the text of an HTML page or fragment: blocks on lines of their own, links as their text.

    Span kinds: `html_quote` (a client's mark on quoted mail), `html_blockquote` (a bare `blockquote`),
    `html_signature`. Flaws: `hidden_text`, `unclosed_html` (a comment, script or style without an end).
    """
    page = _Page(html)
    page.scan()
    return page.rendered()


@dataclass(slots=True)
class _Frame:
    tag: str
    mark: Mark | None
    start: int
    hidden: bool
    block: bool
    tail: int | None = None
    quotes: list[int] = field(default_factory=list)
    """Where the block quotes begin and end that are children of this container."""


@dataclass(slots=True)
class _Page:
    html: str
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    newlines: int = 2
    needed: int = 0
    space: bool = False
    bullet: bool = False
    hidden: int = 0
    pre: int = 0
    stack: list[_Frame] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)
    blocks: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    flaws: set[str] = field(default_factory=set)
    endless: set[str] = field(default_factory=set)

    def scan(self) -> None:
        html, at = self.html, 0
        self._push(_Frame("", None, 0, False, True))
        while at < len(html):
            tag = html.find("<", at)
            tag = len(html) if tag < 0 else tag
            if tag > at:
                self._text(html[at:tag])
            if tag < len(html):
                tag = self._markup(tag)
            at = tag
        self._pop_to(0)

    def rendered(self) -> Rendered:
        data = "".join(self.pieces).rstrip().encode()
        spans = (_trimmed(span, data) for span in self.spans)
        kept = sorted((s for s in spans if s.start < s.end), key=lambda s: (s.start, -s.end, s.kind))
        return Rendered(data.decode(), tuple(kept), tuple(sorted(self.flaws)))

    # markup

    def _markup(self, at: int) -> int:
        """Consume the markup that begins with the `<` at `at`; return the place after it."""
        html = self.html
        if html.startswith("<!--", at):
            short = html.startswith(("<!-->", "<!--->"), at)
            return self._past(">" if short else "-->", at + 3 if short else at + 4)
        name = _NAME.match(html, at + 1)
        if name is None:
            if html.startswith(("<!", "<?", "</"), at):
                return self._past(">", at + 2)
            self._text("<")
            return at + 1
        match = _ATTRIBUTES.match(html, name.end()) if ">" not in self.endless else None
        end = match.end() if match else self._past(">", name.end())
        return self._tag(name.group(1).lower(), html[at + 1] == "/", html[name.end() : end - 1], end)

    def _past(self, needle: str, at: int) -> int:
        """Return the place after `needle`; a missing one hides the rest, as in a browser."""
        found = -1 if needle in self.endless else self.html.find(needle, at)
        if found < 0:
            self.endless.add(needle)
            self.flaws.add("unclosed_html")
            return len(self.html)
        return found + len(needle)

    def _tag(self, tag: str, closing: bool, attributes: str, end: int) -> int:
        if closing:
            self._close(tag)
        elif tag in _SILENT:
            return end if attributes.endswith("/") else self._skip(tag, end)
        else:
            self._open(tag, attributes)
        return end

    def _skip(self, tag: str, at: int) -> int:
        closing = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(self.html, at)
        if closing is None:
            self.flaws.add("unclosed_html")
            return len(self.html)
        return self._past(">", closing.end())

    # elements

    def _open(self, tag: str, attributes: str) -> None:
        for ended in _CLOSES.get(tag, ()):
            self._close_implied(ended)
        self._break(tag, opening=True)
        marked = mark(tag, attributes) if attributes or tag == "blockquote" else None
        if tag in _VOID:
            self._void(tag, attributes, hidden=marked is Mark.HIDDEN, follows=marked is Mark.QUOTE_FOLLOWS)
            return
        if marked is Mark.QUOTE_FOLLOWS:
            self._tail()
            marked = None
        hidden = marked is Mark.HIDDEN
        self._push(_Frame(tag, None if hidden else marked, self.length, hidden, tag in _BLOCK))
        self.bullet = self.bullet or tag == "li"

    def _void(self, tag: str, attributes: str, *, hidden: bool, follows: bool) -> None:
        if tag == "br" and not self.hidden:
            self._newline()
        if follows:
            self._tail()
        alt = _ALT.search(attributes) if tag == "img" and not hidden else None
        words = unescape(alt.group(1) or alt.group(2)) if alt else ""
        if _WORDLESS.fullmatch(words):  # an emoji that a mail program drew
            self._text(words)

    def _push(self, frame: _Frame) -> None:
        place = len(self.stack)
        self.stack.append(frame)
        self.places.setdefault(frame.tag, []).append(place)
        if frame.block:
            self.blocks.append(place)
        self.hidden += frame.hidden
        self.pre += frame.tag == "pre"

    def _close(self, tag: str) -> None:
        """Close the innermost open `tag`; a closing inline tag never reaches out of its block."""
        places = self.places.get(tag)
        if not places or (tag not in _BLOCK and places[-1] < self.blocks[-1]):
            if tag == "p":
                self._break("p", opening=False)
            return
        self._pop_to(places[-1])

    def _close_implied(self, tag: str) -> None:
        """Close an open `tag` if it is the innermost block."""
        places = self.places.get(tag)
        if places and places[-1] == self.blocks[-1]:
            self._pop_to(places[-1])

    def _pop_to(self, place: int) -> None:
        while len(self.stack) > place:
            frame = self.stack.pop()
            self.places[frame.tag].pop()
            if frame.block:
                self.blocks.pop()
                self._break(frame.tag, opening=False)
                self.bullet = self.bullet and frame.tag != "li"
            self.hidden -= frame.hidden
            self.pre -= frame.tag == "pre"
            if frame.tail is not None:
                self.spans.append(Span(frame.tail, self.length, Mark.QUOTE.value))
            if frame.mark is Mark.CONTAINER:
                self._contained(frame)
            elif frame.mark is not None:
                self.spans.append(Span(frame.start, self.length, frame.mark.value))
            if frame.tag == "blockquote" and self.stack and self.stack[-1].mark is Mark.CONTAINER:
                self.stack[-1].quotes += [frame.start, self.length]

    def _contained(self, frame: _Frame) -> None:
        """A container's quotes: up to the end of its first block quote, and every further one; without any, all."""
        starts, ends = [frame.start, *frame.quotes[2::2]], frame.quotes[1::2] or [self.length]
        self.spans += [Span(*ends_, Mark.QUOTE.value) for ends_ in zip(starts, ends, strict=True)]

    def _tail(self) -> None:
        """All that follows is a quote, up to the end of the innermost marked element or of the page."""
        holder = next((f for f in reversed(self.stack[-64:]) if f.mark is not None), self.stack[0])
        if all(f.tail is None for f in self.stack[-64:]) and holder.tail is None:
            holder.tail = self.length

    # text

    def _text(self, raw: str) -> None:
        words = _unescaped(raw) if "&" in raw else raw
        if self.hidden:
            if words.strip(" \t\n\r\f\xa0\u200b\u200c\u200d\u034f\xad\ufeff"):
                self.flaws.add("hidden_text")
            return
        if self.pre:
            self._emit(words)
            return
        words = _SPACE.sub(" ", words)
        if words.startswith(" "):
            self.space = True
            words = words[1:]
        if words:
            trailing = words.endswith(" ")
            self._emit(words[:-1] if trailing else words)
            self.space = trailing

    def _emit(self, words: str) -> None:
        missing = max(0, self.needed - self.newlines)
        if missing:
            self._append("\n" * missing)
        elif self.space and not self.newlines:
            self._append(" ")
        if self.bullet:
            self._append("- ")
        self._append(words)
        self.needed, self.space, self.bullet = 0, False, False
        self.newlines = len(words) - len(words.rstrip("\n")) if words.endswith("\n") else 0

    def _newline(self) -> None:
        missing = max(0, self.needed - self.newlines)
        if self.pieces:
            self._append("\n" * (missing + 1))
            self.newlines += missing + 1
        self.needed, self.space = 0, False

    def _append(self, words: str) -> None:
        self.pieces.append(words)
        self.length += len(words) if words.isascii() else len(words.encode("utf-8"))

    def _break(self, tag: str, *, opening: bool) -> None:
        if self.hidden:
            return
        if tag in _CELL:
            self.space = self.space or opening
        elif tag in _PARAGRAPH or tag in _LINE:
            self.needed = max(self.needed, 2 if tag in _PARAGRAPH else 1)
            self.space = False


def _unescaped(raw: str) -> str:
    """Character references replaced; `html.unescape` raises on numbers of thousands of digits, so those stay."""
    if _LONG_NUMBER.search(raw):
        return raw
    return unescape(raw).replace("\x00", "\ufffd").replace("\r", "\n")


def _trimmed(span: Span, data: bytes) -> Span:
    start, end = span.start, min(span.end, len(data))
    while start < end and data[start] in b" \n":
        start += 1
    while end > start and data[end - 1] in b" \n":
        end -= 1
    return Span(start, end, span.kind)
