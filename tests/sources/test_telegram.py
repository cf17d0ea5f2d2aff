import json
import tracemalloc

from scapa.records import Found, Problem, Span
from scapa.sources.telegram import Telegram
from scapa.text.dates import SECOND


def message(number, **fields):
    base = {"id": number, "type": "message", "date_unixtime": "1577880000", "from": "Ada", "from_id": "user5"}
    return base | {"text": f"text {number}"} | fields


def read(tmp_path, content, **settings):
    path = tmp_path / "result.json"
    data = content if isinstance(content, bytes) else json.dumps(content, indent=1, ensure_ascii=False).encode()
    path.write_bytes(data)
    return list(Telegram(**settings).read(path))


def chat(*messages, number=77):
    return {"name": "Cara", "type": "personal_chat", "id": number, "messages": list(messages)}


def test_a_message_whole(tmp_path):
    raw = message(
        2,
        reply_to_message_id=1,
        text=["sé ", {"type": "bold", "text": "this"}, {"type": "blockquote", "text": " old"}],
        via_bot="@gif",
        photo="photos/1.jpg",
    )
    (found,) = read(tmp_path, chat(raw))
    d = found.document
    assert (d.kind, d.text, d.author, d.author_name) == ("chat", "sé this old", "user5", "Ada")
    assert d.spans == (Span(8, 12, "chat_quote"),)
    assert (d.message_id, d.references, d.conversation) == ("telegram:77/2", ("telegram:77/1",), "telegram:77")
    assert (d.claimed.start, d.claimed.end) == (1577880000 * SECOND, 1577880001 * SECOND)
    assert (d.attachments, d.metadata) == (("photo",), (("via_bot", "@gif"),))
    assert json.loads(found.raw) == raw
    assert found.locator == "77/2"


def test_a_forward_is_never_the_forwarders(tmp_path):
    named, anonymous = read(
        tmp_path,
        chat(message(1, forwarded_from="Dora", forwarded_from_id="channel9"), message(2, forwarded_from="Gone")),
    )
    assert (named.document.author, named.document.author_name) == ("channel9", "Dora")
    assert named.document.spans == (Span(0, 6, "forwarded"),)
    assert (anonymous.document.author, anonymous.flaws) == ("unknown", ("no_author",))


def test_an_edit_widens_the_claim(tmp_path):
    (found,) = read(tmp_path, chat(message(1, edited_unixtime="1577890000")))
    assert (found.document.claimed.start, found.document.claimed.end) == (1577880000 * SECOND, 1577890001 * SECOND)


def test_an_old_export_has_local_dates_only(tmp_path):
    raw = message(1, date="2020-01-01T13:00:00")
    del raw["date_unixtime"]
    (found,) = read(tmp_path, chat(raw))
    assert found.document.claimed.end - found.document.claimed.start == 52 * 3600 * SECOND


def test_service_messages_are_counted_with_a_reason(tmp_path):
    items = read(tmp_path, chat({"id": 1, "type": "service", "action": "pin_message", "text": ""}, message(2)))
    assert items[0] == Problem("result.json message 1", "a service message (pin_message): nobody's words")
    assert isinstance(items[1], Found)


def test_a_whole_account(tmp_path):
    account = {
        "about": "x",
        "personal_information": {"user_id": 5, "id": 5},
        "contacts": {"about": "", "list": [{"first_name": "messages"}]},
        "chats": {
            "about": "",
            "list": [chat(message(1), number=1), {"type": "saved_messages", "id": 2, "messages": []}],
        },
        "left_chats": {"list": [chat(message(1), message(2), number=3)]},
    }
    assert [item.document.message_id for item in read(tmp_path, account)] == [
        "telegram:1/1",
        "telegram:3/1",
        "telegram:3/2",
    ]


def test_broken_messages_are_one_problem_each(tmp_path):
    good = json.dumps(chat(message(1), message(2), message(3)), indent=1).encode()
    broken = good.replace(b'"text": "text 2"', b'"text": text 2')
    items = read(tmp_path, broken)
    assert [type(item) for item in items] == [Found, Problem, Found]
    for odd in ({"type": "message"}, {"id": "x", "type": "message"}, 5, None, {"id": 1, "type": "message", "text": {}}):
        assert len(read(tmp_path, chat(odd, message(2)))) == 2


def test_bytes_that_are_no_utf8_and_lone_surrogates(tmp_path):
    data = json.dumps(chat(message(1, text="caf#")), indent=1).encode().replace(b"#", b"\xe9")
    (found,) = read(tmp_path, data)
    assert (found.document.text, found.flaws) == ("caf\ufffd", ("bad_charset",))
    assert b"caf\xe9" in found.raw
    (found,) = read(tmp_path, json.dumps(chat(message(1, text="a\ud800"))).encode())
    assert (found.document.text, found.flaws) == ("a\ufffd", ("lone_surrogate",))


def test_a_big_export_is_streamed(tmp_path):
    path = tmp_path / "result.json"
    body = ",\n".join(json.dumps(message(n, text="word " * 200)) for n in range(4_000))
    path.write_text('{"name": "x", "type": "personal_chat", "id": 1, "messages": [' + body + "]}", encoding="utf-8")
    tracemalloc.start()
    count = sum(isinstance(item, Found) for item in Telegram().read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4_000
    assert peak < 2_500_000  # the file has 4.5 MB


def test_a_value_larger_than_the_limit_is_a_problem(tmp_path):
    items = read(tmp_path, chat(message(1, text="x" * 3_000_000), message(2)), record_limit=100_000)
    assert [type(item) for item in items] == [Problem, Found]
    assert "record_limit" in items[0].why


def test_deep_nesting_is_a_problem(tmp_path):
    deep = b'{"type": "x", "id": 1, "messages": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}"
    assert all(isinstance(item, Problem) for item in read(tmp_path, deep))
