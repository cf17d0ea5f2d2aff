"""Language: own words only, `und` where there is too little to tell."""

import pyarrow as pa
import pytest

from scapa.judges import JUDGES
from scapa.judges.language import identify
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


def test_short_sentences():
    pairs = [(code, text) for code, texts in _SENTENCES.items() for text in texts]
    right = sum(identify(text)[0] == code for code, text in pairs)
    assert right / len(pairs) >= 0.95
    assert all(identify(text)[0] in (code, "und") for code, text in pairs if code in ("en", "de", "fr", "es"))


@pytest.mark.parametrize(
    "text", ["", "ok", "👍👍👍", "12 34 56 78", "https://example.org/the/long/way/home", "...", "a@b.org"]
)
def test_too_little_is_undetermined(text):
    assert identify(text) == ("und", 0.0)


def test_confidence_is_a_share_and_grows_with_the_text():
    short, long = identify("das ist gut so"), identify("Das ist gut so, und so soll es auch bleiben. " * 20)
    assert 0 <= short[1] <= long[1] <= 1
    assert long[0] == "de"
    assert long[1] > 0.9


def test_only_own_words_count():
    text = (
        "Ja, das passt mir am Freitag sehr gut.\n\nOn 3 Mar 2014, Jane Doe wrote:\n" + "> Would Friday suit you?\n" * 40
    )
    rows = document_rows([("0" * 64, Document("mail", text)), ("1" * 64, Document("mail", "> only a quote"))], 0)
    batch = rows.combine_chunks().to_batches()[0]
    quotes = JUDGES.make("quotes")[0].judge(batch)
    out = JUDGES.make("language")[0].judge(batch.append_column("quotes", quotes.to_struct_array())).to_pylist()
    assert out[0]["code"] == "de"
    assert out[1] == {"code": "und", "confidence": 0.0, "error": None}


def test_a_failed_judgement_of_quotes_is_an_error():
    rows = document_rows([("0" * 64, Document("mail", "good day to you all"))], 0).combine_chunks().to_batches()[0]
    quotes = JUDGES.make("quotes")[0].judge(rows).to_pylist()
    quotes[0]["error"] = "BadSpan"
    out = JUDGES.make("language")[0].judge(rows.append_column("quotes", pa.array(quotes))).to_pylist()
    assert out == [{"code": None, "confidence": None, "error": "Unjudged"}]
