"""What mail programs write around an author's words, in the languages they write it in. Plain data, lower case."""

from __future__ import annotations

INTRODUCTIONS = frozenset(
    (
        "on", "at", "in", "am", "um", "le", "el", "la", "op", "den", "på", "il", "em", "a", "dne", "w", "dnia", "pe",
        "ve", "vào", "pada", "no", "ons", "tir", "tor", "fre", "lør", "søn", "man", "mån", "tis", "fred", "lör", "sön",
        "mo", "di", "mi", "do", "fr", "sa", "so", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "vr", "za", "zo",
        "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "在",
    )
)  # fmt: skip
"""First words of an attribution: “On”, “Am”, “Le”, “El”, “Op”, “Den”, “Il”, “Em” …, and weekdays where they lead."""

WROTE = (
    r"\b(?:wrote|writes?|schrieb|schreibt|écrit|ecrit|écrivait|escribió|escribio|escribía|schreef|geschreven|skrev|"
    r"skriver|scritto|scrive|scriveva|escreveu|escreve|napisał|napisała|napsal|napsala|kirjoitti|scripsit|"
    r"пишет|писал|написала?|a scris|yazdı|írta)\b|写道|寫道|のメール|さんは書きました|作成|wrote"
)
"""Verbs of an attribution, as a regular expression."""

SAID = r"\b(?:said|says|spake|typed|sagte|dit|dijo|zei|sagde|disse)\b"
"""Verbs that also occur in the author's own sentences: they count only behind a name, date or address."""

ORIGINALS = (
    "original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht",
    "urspruengliche nachricht",
    "ursprüngliche mail", "message d'origine", "message d’origine", "message original", "message initial",
    "mensaje original", "oorspronkelijk bericht", "oorspronkelijke bericht", "oprindelig meddelelse",
    "oprindelig besked", "messaggio originale", "messaggio original", "mensagem original", "opprinnelig melding",
    "ursprungligt meddelande", "originalmeddelande", "alkuperäinen viesti", "wiadomość oryginalna", "původní zpráva",
    "исходное сообщение", "original appointment", "reply message", "included message",
        "邮件原件", "原始邮件", "元のメッセージ",
)  # fmt: skip
"""Between dashes, what a reply below it answers."""

FORWARDS = (
    "forwarded message", "forwarded by", "this is a forwarded message",
    "begin forwarded message", "forwarded mail", "fwd message",
    "start of forwarded message", "begin forward",
    "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail", "weitergeleitet von",
    "message transféré", "message transmis", "message réexpédié", "début du message réexpédié",
    "début du message transféré",
    "mensaje reenviado", "inicio del mensaje reenviado", "reenviado por",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "begin doorgestuurde bericht", "doorgestuurd door",
    "videresendt meddelelse", "videresendt besked", "start på videresendt besked", "påbegyndt videresendt besked",
    "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "inoltrato da",
    "mensagem encaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada",
    "mensagem reencaminhada", "vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt melding",
    "wiadomość przekazana", "přeposlaná zpráva", "пересылаемое сообщение",
    "转发的邮件", "转发邮件信息", "転送メッセージ",
)  # fmt: skip
"""Between dashes or before a colon, what a forward begins with."""

FORWARD_ENDS = (
    "end of forwarded message", "end forwarded message", "end of original message", "end of included message",
    "ende der weitergeleiteten nachricht", "fin du message réexpédié", "fin du message transféré",
    "fin del mensaje reenviado",
    "einde doorgestuurd bericht", "slut på videresendt besked", "fine messaggio inoltrato",
    "fim da mensagem encaminhada",
)  # fmt: skip

_LABELS = {
    "from": "from von de van fra da från od lähettäjä от 发件人 寄件者 差出人",
    "date": "date sent datum gesendet fecha enviado envoyé envoye data datum verzonden sendt inviato skickat dato "
    "wysłano lähetetty odesláno отправлено дата 发送时间 日期 送信日時 日付 enviada received "
    "enviado·el enviada·em envoyé·le",
    "to": "to an à a para aan til till do vastaanottaja komu кому 收件人 宛先 pour",
    "subject": "subject betreff objet asunto onderwerp emne oggetto assunto ämne temat aihe předmět тема 主题 件名 re",
    "cc": "cc kopie kopi copie copia bcc с·копией 抄送 kopia",
    "other": "reply-to organization organisation attachments anlagen newsgroups importance message-id mailing-list "
    "list-id mime-version content-type x-mailer references in-reply-to antwort·an répondre·à",
}
HEADER_LABELS = {label.replace("·", " "): role for role, labels in _LABELS.items() for label in labels.split()}
"""Labels of the header lines that mail programs print above a quoted or forwarded message, by what they hold."""

MOBILE = (
    r"(?:sent|send) (?:from|via|using|with|by) (?:my |the |an? )?(?:\w|[®™!'’.+&/()-]| ){2,60}",
    r"(?:get|download) outlook for (?:ios|android)(?:\s*<\S+>)?",
    r"(?:von|aus|mit) (?:meine[mr] )?(?:\w|[-®™+.]| ){2,40} gesendet",
    r"gesendet (?:von|mit|über|aus) (?:\w|[-®™+.'/()]| ){2,60}",
    r"diese nachricht wurde von mein(?:\w|[-®.]| ){2,60} gesendet",
    r"(?:envoyé|envoye) (?:de|depuis|à partir de|avec|par) (?:\w|[-®™'’.]| ){2,60}",
    r"(?:télécharge[rz]|obtenir|obtenez) outlook pour (?:ios|android)(?:\s*<\S+>)?",
    r"(?:outlook für (?:ios|android) (?:beziehen|herunterladen)|"
    r"holen sie sich outlook für (?:ios|android))(?:\s*<\S+>)?",
    r"(?:enviado|enviada) (?:desde|de|do|da|pelo|a partir do|via|con) (?:\w|[-®™'’.]| ){2,60}",
    r"(?:obtener|obter|scarica|ottieni|descarga|hent|download|haal|skaffa|hämta) outlook "
    r"(?:para|per|til|voor|för) (?:ios|android)(?:\s*<\S+>)?",
    r"(?:inviato|inviata) (?:da|dal|dalla|con|tramite) (?:\w|[-®™'’.]| ){2,60}",
    r"(?:verstuurd|verzonden|gestuurd) (?:vanaf|van|met|via|vanuit) (?:\w|[-®™'’.]| ){2,60}",
    r"(?:sendt|skickat|skickad|sänt) (?:fra|från|via|med) (?:\w|[-®™'’.]| ){2,60}",
    r"lähetetty (?:\w|[-®™'’.]| ){2,40}",
    r"wysłan[eoy] z (?:\w|[-®™'’.]| ){2,40}",
    r"отправлено (?:с|из) (?:\w|[-®™'’.]| ){2,40}",
    r"(?:从我的 ?\w+ ?发送|发自我的 ?\w+|iphoneから送信)",
)
"""One-line footers of mobile and web mail, each a regular expression over the whole line in lower case."""

DISCLAIMER_STARTS = (
    r"(?:[*_\s]*)(?:this|the|any)? ?(?:e-?mail|message|information|communication|electronic mail|transmission)\b",
    r"(?:[*_\s]*)(?:confidential|confidentiality|disclaimer|legal notice|privileged|important notice|notice|privacy)\b",
    r"(?:[*_\s]*)(?:caution|warning|external(?: email| sender)?)\b ?[:!-]",
    r"(?:[*_\s]*)(?:please consider|think before|before printing|virus[- ]free|scanned by|save a tree)\b",
    r"(?:[*_\s]*)(?:if you (?:are not|have received)|privileged)\b",
    r"(?:[*_\s]*)(?:diese|die in dieser|der inhalt dieser|vertraulich|bitte (?:denken|prüfen))",
    r"(?:[*_\s]*)(?:ce (?:message|courriel|mail)|cet? e-?mail|les informations|le présent|pensez à|avant d'imprimer)",
    r"(?:[*_\s]*)(?:este (?:mensaje|correo|e-?mail)|la información|esta (?:mensagem|comunicación)|as informações|"
    r"aviso legal|aviso de|antes de imprimir)",
    r"(?:[*_\s]*)(?:dit (?:bericht|e-?mail)|deze e-?mail|de informatie|denk aan)",
    r"(?:[*_\s]*)(?:denne (?:e-?mail|mail|meddelelse|besked)|oplysninger|tænk på)",
    r"(?:[*_\s]*)(?:questo (?:messaggio|documento)|questa (?:e-?mail|comunicazione)|le informazioni|il contenuto|"
    r"ai sensi|prima di stampare)",
)
"""How a paragraph of lawyers' text may begin (lower case)."""

DISCLAIMER_WORDS = (
    r"confidential|intended (?:only|solely|exclusively|recipient|for)|disclos|unauthori[sz]ed|privileged|legally|"
    r"outside (?:of )?(?:the|your|our) organi[sz]ation|the environment|virus|links or open|delete (?:it|this|the)|"
    r"vertraulich|bestimmt(?:en)? (?:für|empfänger)|unbefugt|rechtlich geschützt|vernichten|empfänger|irrtümlich|"
    r"umwelt|confidentiel|destinataire|strictement|détruire|environnement|imprimer|"
    r"confidencial|destinatario|destinatário|exclusiv|prohibid|proibid|medio ambiente|meio ambiente|"
    r"vertrouwelijk|uitsluitend|bestemd|geadresseerde|milieu|"
    r"fortrolig|modtager|udelukkende|miljøet|slette|"
    r"riservat|destinatari|esclusiv|vietat|ambiente|notify|recipient|sender|notificar|avvisar|prévenir|benachrichtig"
)
"""Words of which a lawyers' paragraph has at least two."""

LIST_WORDS = (
    "mailing list", "mailman", "unsubscribe", "listinfo", "yahoo! groups", "yahoogroups", "google groups",
    "do you yahoo",
    "msn ", "hotmail", "sponsored by", "sf.net", "to post", "archives", "listserv", "juno", "@lists.", "excite",
    "abmelden",
    "se désabonner", "désinscri", "darse de baja", "uitschrijven", "afmelde", "cancellarsi", "descadastr",
)  # fmt: skip
"""What the line below a rule has, if it is the footer of a mailing list or of a free mail service."""

LIST_STARTS = (
    "to unsubscribe", "you have received this message because",
    "you received this message because", "you are receiving this", "to post to this group",
    "do you yahoo!?", "this sf.net email is sponsored by", "yahoo! groups links", "sie erhalten diese nachricht, weil",
    "vous recevez ce message, car", "vous recevez ce message car", "has recibido este mensaje porque",
    "je hebt dit bericht ontvangen omdat", "du modtager denne besked, fordi", "hai ricevuto questo messaggio perché",
    "você recebeu essa mensagem porque", "you've received this", "sponsored by",
)  # fmt: skip
