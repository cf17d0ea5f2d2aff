"""Language: own words only, `und` where there is too little to tell, paragraphs of another language apart."""

import itertools

import pyarrow as pa
import pytest

from scapa.judges import JUDGES
from scapa.records import Document
from scapa.store.schema import document_rows

_SENTENCES = {
    "en": ["see you at the station", "Could you send me the draft on Friday?", "thanks, that works for me"],
    "de": ["danke, das passt mir sehr gut", "Kannst du mir den Entwurf bis Freitag schicken?", "bis morgen am Bahnhof"],
    "fr": ["merci, ça me va très bien", "Peux-tu m'envoyer la dernière version avant vendredi ?",
           "Je suis en retard, désolé"],
    "es": ["gracias, me viene muy bien", "¿Puedes enviarme el borrador antes del viernes?",
           "nos vemos mañana en la estación"],
    "it": ["grazie, per me va bene", "Puoi mandarmi la bozza prima di venerdì?",
           "ci vediamo domani alla stazione"],
    "pt": ["até amanhã na estação", "Você pode me enviar a versão antes de sexta-feira?",
           "Não sei o que fazer com isso"],
    "nl": ["bedankt, dat komt goed uit", "Kun je me het concept voor vrijdag sturen?", "tot morgen op het station"],
    "da": ["tak, det passer mig fint", "Kan du sende mig udkastet inden på fredag?"],
    "sv": ["tack, det passar mig bra", "Kan du skicka utkastet före fredag?"],
    "pl": ["do zobaczenia jutro na dworcu", "Czy możesz mi przesłać raport przed piątkiem?"],
    "cs": ["uvidíme se zítra na nádraží"],
    "fi": ["nähdään huomenna asemalla taas"],
    "tr": ["yarın istasyonda görüşürüz tamam mı"],
    "ru": ["Я не знаю, что мне с этим делать."],
    "uk": ["побачимося завтра на вокзалі"],
    "el": ["τα λέμε αύριο στο σταθμό"],
    "ja": ["明日駅で会いましょう"],
    "zh": ["明天在车站见，好吗"],
    "ko": ["내일 역에서 봐요"],
    "ar": ["أراك غدا في المحطة"],
    "he": ["נתראה מחר בתחנה"],
}  # fmt: skip


def _judge(*texts, kind="document"):
    rows = document_rows([(str(i), Document(kind, text)) for i, text in enumerate(texts)], 0)
    batch = rows.combine_chunks().to_batches()[0]
    quotes = JUDGES.make("quotes")[0].judge(batch)
    return JUDGES.make("language")[0].judge(batch.append_column("quotes", quotes.to_struct_array())).to_pylist()


def test_short_sentences():
    pairs = [(code, text) for code, texts in _SENTENCES.items() for text in texts]
    found = [row["code"] for row in _judge(*(text for _, text in pairs))]
    right = sum(code == one for (code, _), one in zip(pairs, found, strict=True))
    assert right / len(pairs) >= 0.95
    sure = ("en", "de", "fr", "es")
    assert all(one in (code, "und") for (code, _), one in zip(pairs, found, strict=True) if code in sure)


@pytest.mark.parametrize(
    "text", ["", "ok", "👍👍👍", "12 34 56 78", "https://example.org/the/long/way/home", "...", "a@b.org"]
)
def test_too_little_is_undetermined(text):
    assert _judge(text) == [{"code": "und", "confidence": 0.0, "spans": [], "other_share": 0.0, "error": None}]


def test_confidence_is_a_share_and_grows_with_the_text():
    short, long = _judge("das ist gut so", "Das ist gut so, und so soll es auch bleiben. " * 20)
    assert 0 <= short["confidence"] <= long["confidence"] <= 1
    assert long["code"] == "de"
    assert long["confidence"] > 0.9


def test_capitals_are_read_as_small_letters():
    assert [row["code"] for row in _judge("WIR SEHEN UNS MORGEN AM BAHNHOF", "wir sehen uns morgen am Bahnhof")] == [
        "de", "de",
    ]  # fmt: skip


def test_only_own_words_count():
    text = (
        "Ja, das passt mir am Freitag sehr gut.\n\nOn 3 Mar 2014, Jane Doe wrote:\n" + "> Would Friday suit you?\n" * 40
    )
    reply, quote = _judge(text, "> only a quote", kind="mail")
    assert reply["code"] == "de"
    assert (quote["code"], quote["spans"]) == ("und", [])


def test_a_failed_judgement_of_quotes_is_an_error():
    rows = document_rows([("0" * 64, Document("mail", "good day to you all"))], 0).combine_chunks().to_batches()[0]
    judged = JUDGES.make("quotes")[0].judge(rows).to_struct_array()
    quotes = judged.to_pylist()
    quotes[0]["error"] = "BadSpan"
    out = JUDGES.make("language")[0].judge(rows.append_column("quotes", pa.array(quotes, judged.type))).to_pylist()
    assert out == [{"code": None, "confidence": None, "spans": None, "other_share": None, "error": "Unjudged"}]


_PARAGRAPHS = {
    "en": "The boat leaves from the old pier at noon, and whoever is late has to wait for the next one until six.",
    "de": "Das Schiff fährt mittags vom alten Anleger ab, und wer zu spät kommt, muss bis sechs warten.",
    "fr": "Le bateau part à midi du vieux quai, et celui qui arrive en retard doit attendre le suivant.",
    "pl": "Statek odpływa w południe ze starego nabrzeża, a kto się spóźni, musi czekać na następny aż do szóstej.",
    "ja": "船は正午に古い桟橋から出ます。遅れた人は六時まで次の便を待たなければなりません。",
}


@pytest.mark.parametrize(("main", "other"), list(itertools.permutations(_PARAGRAPHS, 2)))
def test_a_paragraph_in_another_language_is_a_span_of_its_own(main, other):
    before = "\n\n".join([_PARAGRAPHS[main]] * 3) + "\n\n"
    text = before + _PARAGRAPHS[other] + "\n \n" + _PARAGRAPHS[main]
    (row,) = _judge(text)
    start = len(before.encode())
    assert row["code"] == main
    assert row["spans"] == [{"start": start, "end": start + len(_PARAGRAPHS[other].encode()), "kind": other}]
    assert 0 < row["other_share"] < 0.5


def test_lists_names_and_code_are_no_other_language():
    aside = "for (i = 0; i < n; i++) {\n    total += weights[i] * value(i);\n}\nreturn total / n;"
    names = "Montgomery, Fitzgerald, Cholmondeley, Featherstonehaugh, Beauchamp and Marjoribanks were there."
    (row,) = _judge("\n\n".join([_PARAGRAPHS["en"], aside, names, _PARAGRAPHS["en"]]))
    assert (row["code"], row["spans"], row["other_share"]) == ("en", [], 0.0)


def test_accents_set_apart_do_not_change_the_language():
    import unicodedata

    text = "Você pode me enviar a versão revisada antes de sexta-feira? Não sei o que fazer com isso até lá."
    plain, apart = _judge(text, unicodedata.normalize("NFD", text))
    assert plain["code"] == apart["code"] == "pt"
