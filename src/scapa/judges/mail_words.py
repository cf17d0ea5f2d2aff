"""What mail programs write above an answered or forwarded message, in the languages they write it in. Lower case."""

from __future__ import annotations

INTRODUCTIONS = frozenset(
    (
        "on", "at", "in", "am", "um", "le", "el", "la", "op", "den", "på", "il", "em", "a", "dne", "w", "dnia", "pe",
        "ve", "vào", "pada", "no", "às", "v", "в", "sur", "wiadomość", "tarihinde", "στις", "kl", "dana",
        "ons", "tir", "tor", "fre", "lør", "søn", "man", "mån", "tis", "fred", "lör", "sön", "tors", "tirs",
        "mo", "di", "mi", "do", "fr", "sa", "so", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "vr", "za", "zo",
        "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "在", "po", "út",
        "st", "čt", "pá", "ne", "ma", "ti", "ke", "to", "su", "gio", "dom", "seg", "ter", "qua", "qui",
        "sex", "sáb", "lu", "mie", "jue", "vie", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    )
)  # fmt: skip
"""First words of an attribution: “On”, “Am”, “Le”, “El”, “Op”, “Den”, “Il”, “Em” …, and weekdays where they lead."""

WROTE = (
    r"\b(?:wrote|writes?|schrieb(?:en)?|schreibt|(?:a|avez|as) écrit|écrit|ecrit|écrivait|escribió|escribio|escribía|"
    r"escribe|schreef|geschreven|schrijft|skrev|skriver|scritto|scrive|scriveva|escreveu|escreve|napisała?|pisze|"
    r"napsala?|napsal\(a\)|kirjoitti|scripsit|пишет|писала?|написала?|написал\(а\)|a scris|yazdı|şunu yazdı|írta|"
    r"έγραψε|đã viết|menulis|va escriure|va escrit)\b|написал|写道|寫道|のメール|さんは書きました|が書きました|作成|"
    r"님이 작성|wrote"
)
"""Verbs of an attribution, as a regular expression."""

SAID = (
    r"\b(?:said|says|spake|typed|stated|mentioned|noted|asked|replied|responded|answered|added|opined|uttered|"
    r"babbled|mumbled|muttered|scribbled|posted|expounded|quoth|commented|remarked|suggested|the following|"
    r"is all like|has this to say|sagte|meinte|dit|dijo|zei|sagde|disse)\b"
)
"""Verbs that also occur in the author's own sentences: they count only behind a name, date or address."""

ORIGINALS = (
    "original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht", "urspr. nachricht",
    "urspruengliche nachricht", "ursprüngliche mail", "original email", "original e-mail", "initial header",
    "message d'origine", "message d’origine", "message original", "message initial", "mail original",
    "mensaje original", "correo original", "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht",
    "oprindelig meddelelse", "oprindelig besked", "original meddelelse", "den oprindelige meddelelse",
    "messaggio originale", "messaggio original", "messaggio originario", "mensagem original", "original mensagem",
    "opprinnelig melding", "ursprungligt meddelande", "originalmeddelande", "alkuperäinen viesti",
    "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna", "treść oryginalnej wiadomości",
    "původní zpráva", "původní e-mail", "исходное сообщение", "исходное письмо", "original appointment",
    "reply message", "reply to message", "reply separator", "included message", "eredeti üzenet", "orijinal mesaj",
    "邮件原件", "原始邮件", "原始郵件", "元のメッセージ", "元のメール", "original-mail",
)  # fmt: skip
"""Between dashes, what a reply below it answers."""

FORWARDS = (
    "forwarded message", "forwarded by", "this is a forwarded message", "forwarded email", "forwarded e-mail",
    "begin forwarded message", "forwarded mail", "fwd message", "start of forwarded message", "begin forward",
    "forwarded from", "forwarded item", "forwarded letter",
    "weitergeleitete nachricht", "anfang der weitergeleiteten", "weitergeleitete mail", "weitergeleitet von",
    "weitergeleitete e-mail", "beginn der weitergeleiteten",
    "message transféré", "message transmis", "message réexpédié", "début du message réexpédié", "courriel transféré",
    "début du message transféré", "transféré par", "réexpédié par", "début du courriel", "message transfere",
    "mensaje reenviado", "inicio del mensaje reenviado", "reenviado por", "correo reenviado",
    "comienzo del mensaje reenviado",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "begin doorgestuurde bericht", "doorgestuurd door",
    "doorgezonden bericht", "doorgestuurde bericht", "begin van doorgestuurd bericht", "doorgezonden door",
    "videresendt meddelelse", "videresendt besked", "start på videresendt", "påbegyndt videresendt besked",
    "begyndelse på videresendt", "videresendt af", "videresendt mail", "videresendt e-mail", "vidarebefordrat",
    "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "inoltrato da",
    "mensagem encaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada",
    "mensagem reencaminhada", "encaminhado por", "reencaminhado por", "início de mensagem reencaminhada",
    "vidarebefordrat meddelande", "vidarebefordrat brev", "börja vidarebefordrat", "början på vidarebefordrat",
    "videresendt melding", "start på videresendt melding", "välitetty viesti",
    "wiadomość przekazana", "przekazana wiadomość", "początek przekazanej wiadomości",
    "początek wiadomości przekazanej",
    "wiadomość przekazywana", "treść przekazanej wiadomości", "wiadomość przesłana", "przesłana wiadomość",
    "přeposlaná zpráva", "předaná zpráva", "začátek přeposlané zprávy", "пересылаемое сообщение", "továbbított üzenet",
    "пересланное сообщение", "начало переадресованного", "начало пересылаемого", "переадресованное сообщение",
    "转发的邮件", "转发邮件", "转发的消息", "轉寄郵件", "転送メッセージ", "転送されたメッセージ", "転送されたメール",
    "ここから転送", "以下転送", "전달된 메시지", "开始转发的邮件", "開始轉寄",
)  # fmt: skip
"""Between dashes or before a colon, what a forward begins with."""

FORWARD_ENDS = (
    "end of forwarded message", "end forwarded message", "end forwarded text", "end of original message",
    "end of included message",
    "ende der weitergeleiteten nachricht", "fin du message réexpédié", "fin du message transféré",
    "fin del mensaje reenviado", "end forwarded mail", "end of forwarded mail", "end forward",
    "einde doorgestuurd bericht", "slut på videresendt", "fine messaggio inoltrato", "fine del messaggio inoltrato",
    "fim da mensagem encaminhada", "fim da mensagem reencaminhada", "koniec przekazanej wiadomości",
    "koniec wiadomości przekazanej", "slut på vidarebefordrat",
)  # fmt: skip

_LABELS = {
    "from": "from von de van fra da från od lähettäjä от 发件人 寄件者 寄件人 差出人 送信者 kimden feladó 보낸·사람 "
    "expéditeur absender remitente afzender mittente remetente nadawca odesílatel desde avsändare από frå",
    "date": "date sent datum gesendet fecha enviado envoyé envoye data verzonden sendt inviato skickat dato wysłano "
    "lähetetty odesláno отправлено дата 发送时间 日期 日期时间 送信日時 日付 日時 寄件日期 傳送日期 时间 enviada "
    "received enviado·el enviada·em enviado·em envoyé·le inviato·il sendt·den wysłane data·wysłania datum·verzonden "
    "päiväys päivämäärä gesendet·am tarih dátum sent·at 보낸·날짜 data·di·invio odoslané fecha·de·envío "
    "date·d'envoi datum/zeit skickat·den verzonden·op posted erhalten gönderildi",
    "to": "to an à a para aan til till do vastaanottaja komu кому 收件人 宛先 pour kime címzett 受信者 받는·사람 "
    "destinataire destinatario destinatário empfänger ontvanger adresat προς modtager",
    "subject": "subject betreff objet asunto onderwerp emne oggetto assunto ämne temat aihe předmět тема 主题 主題 "
    "主旨 件名 re ogg konu tárgy sujet title betr 제목 θέμα tema predmet",
    "cc": "cc kopie kopi copie copia bcc c.c. cópia с·копией копия 抄送 副本 kopia dw bilgi másolat 참조 cci kópia "
    "kopie·an",
    "other": "reply-to organization organisation attachments anlagen newsgroups importance message-id mailing-list "
    "list-id mime-version content-type x-mailer references in-reply-to antwort·an répondre·à sender user-agent "
    "resent-from resent-to resent-date resent-subject return-path delivered-to priority priorité importancia "
    "wichtigkeit bijlage bijlagen pièces·jointes allegati allegato anexos anexo datos·adjuntos załączniki vedhæftet "
    "vedhæftede·filer vedhæftning bilaga 添付ファイル 添付 附件 urgency sensitivity forwarded-by delivered-by "
    "content-transfer-encoding mail-followup-to x-original-to errors-to followup-to followups-to vigtighed belang "
    "attach attachment prioridade importância ważność важность réponse·à svar·til responder·a rispondi·a odpowiedz·do "
    "antwoord·naar reply·to anlage pj jointe adjuntos received",
}
_BY_ROLE = {label.replace("·", " "): role for role, labels in _LABELS.items() for label in labels.split()}
HEADER_LABELS = {**_BY_ROLE, "received": "date"}
"""Labels of the header lines that mail programs print above a quoted or forwarded message, by what they hold."""

RAW_HEADERS = (
    "x-",
    "mime-version",
    "content-type",
    "message-id",
    "received",
    "return-path",
    "content-transfer-encoding",
)
"""Labels that programs leave out when they quote: a block with them was pasted as it came."""
