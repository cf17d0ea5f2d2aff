"""What stands below an author's last words, in the languages of the usual programs: patterns over lower-case text."""

from __future__ import annotations

_NAMED = r"(?:\w|[-®™!'’.+&/()]| ){2,60}"

MOBILE = (
    rf"(?:sent|send|written|typed) (?:from|via|using|with|by|on) (?:my |the |an? )?{_NAMED}(?:https?://\S+)?",
    rf"(?:this (?:message|e-?mail) was )?sent (?:from|via|using|with) {_NAMED}",
    r"(?:get|download) outlook for (?:ios|android|mac)(?:\s*<\S+>)?",
    r"yahoo mail: search, organi[sz]e, conquer(?:\s*<\S+>)?",
    rf"(?:von|aus|mit|über) (?:meine[mr] |unterwegs |dem |der )?{_NAMED} (?:gesendet|gesandt|verschickt|geschrieben)",
    rf"gesendet (?:von|mit|über|aus) {_NAMED}",
    rf"diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) {_NAMED}(?:gesendet|gesandt|verschickt|erstellt)",
    r"von unterwegs gesendet",
    rf"(?:cet e-?mail a été |ce message a été )?(?:envoyé|envoye|transmis) (?:de|depuis|à partir de|"
    rf"à partir du|avec|par|via) {_NAMED}",
    r"(?:télécharge[rz]|obtenir|obtenez|téléchargez) outlook pour (?:ios|android|mac)(?:\s*<\S+>)?",
    r"(?:outlook für (?:ios|android|mac) (?:beziehen|herunterladen)|"
    r"(?:holen sie sich|laden sie) outlook für (?:ios|android|mac)(?: herunter)?)(?:\s*<\S+>)?",
    rf"(?:enviado|enviada|mensaje enviado|mensagem enviada) (?:desde|de|do|da|pelo|pela|a partir do|"
    rf"a partir da|a través de|através do|via|con|com|usando|no) {_NAMED}",
    r"(?:obtener|obtenga|obtén|obter|obtenha|baixar|baixe|transfira|scarica|ottieni|descargar?|hent|få|"
    r"download|haal|skaffa|hämta|"
    r"last ned|pobierz|stáhnout|získat|lataa)(?: aplikację| o| den| app'en)? outlook "
    r"(?:para|per|til|voor|för|dla|pro|do|dla systemu)(?: (?:o|systemu))? (?:ios|android|mac)(?:\s*<\S+>)?",
    rf"(?:inviato|inviata|messaggio inviato|spedito) (?:da|dal|dalla|dall'|con|tramite|via) ?{_NAMED}",
    rf"(?:verstuurd|verzonden|gestuurd|dit bericht is verzonden) (?:vanaf|van|met|via|vanuit|vanop) {_NAMED}",
    rf"(?:sendt|skickat|skickad|sänt|denne mail er sendt|denne besked er sendt) (?:fra|från|via|med|frå) {_NAMED}",
    rf"lähetetty {_NAMED}",
    rf"(?:wysłan[eoya]|wiadomość wysłana|wysłano) (?:z|ze|za pomocą|przez|przy użyciu) {_NAMED}",
    rf"(?:odesláno|odoslané) (?:z|ze|pomocí) {_NAMED}",
    rf"отправлено (?:с|из|через|от) {_NAMED}",
    r"\w{2,20}['’](?:den|dan) gönderildi",
    r"(?:从我的 ?\w+ ?发送|发自我的 ?\w+(?: \w+)?|来自我的 ?\w+|發自我的 ?\w+|從我的 ?\w+ ?傳送)",
    r"(?:outlook for (?:ios|android)(?:\s*<\S+>)? ?を入手(?:してください)?|"
    r"(?:my |私の)?[\w .®™-]{2,40} ?(?:から|より|で)(?:[\w .®™-]{2,20}で)?(?:の)?送信(?:しました|されました)?|"
    r"[\w .®™-]{2,40} から k-9 mail で送信しました)",
    r"获取 outlook for (?:ios|android)(?:\s*<\S+>)?",
    r"나의 \w+에서 보냄",
)
"""One-line footers of mobile and web mail, each a regular expression over the whole line in lower case."""

MOBILE_HEADS = frozenset(
    (
        "sent", "send", "writ", "type", "this", "get ", "down", "yaho", "von ", "aus ", "mit ", "gese", "dies", "cet ",
        "ce m", "envo", "tran", "obte", "outl", "hole", "lade", "envi", "mens", "desc", "scar", "otti", "hent", "haal",
        "skaf", "last", "pobi", "invi", "mess", "sped", "vers", "verz", "gest", "dit ", "skic", "denn", "lahe", "wysl",
        "wiad", "odes", "baix", "obti", "lata", "hamt", "tele", "stah", "zisk",
    )
)  # fmt: skip
"""The first four letters of those of them that are written in ASCII alone."""

EXCUSES = (
    "excuse", "typo", "brevity", "brief", "autocorrect", "tippfehler", "kürze", "bündig", "brièveté", "brevedad",
    "brevità", "brevidade", "beknopt", "kortfattet", "zwięzło", "stručnost", "краткост", "簡単な", "concis", "fejl",
    "errores", "erros", "fautes",
)  # fmt: skip
"""Words of the excuse that may follow on such a line."""

DISCLAIMER_STARTS = (
    r"(?:this|the|any)? ?(?:e-?mail|message|information|communication|electronic (?:mail|message)|transmission)\b",
    r"(?:strictly |private (?:and|&) )?(?:confidential|confidentiality|disclaimer|legal (?:notice|disclaimer)|"
    r"privileged|"
    r"important notice|notice|privacy)\b",
    r"(?:caution|warning|external(?: e-?mail| sender| message)?|\[?external\]?)\b ?[:!\]-]",
    r"(?:please consider|think before|before printing|virus[- ]free|scanned by|save (?:a tree|paper)|go green)\b",
    r"(?:if you (?:are not|have received)|privileged|should you|please (?:notify|delete)|any (?:views|"
    r"opinions|use|unauth)|views expressed|unless otherwise|the contents? of)\b",
    r"(?:diese|die in dieser|der inhalt dieser|vertraulich|bitte (?:denken|prüfen)|achtung|hinweis)",
    r"(?:ce (?:message|courriel|mail)|cet? e-?mail|les informations|le présent|la présente|pensez à|avant d'imprimer|"
    r"le contenu|avis de confidentialité)",
    r"(?:este (?:mensaje|correo|e-?mail)|la información|esta (?:mensagem|comunicación|comunicação)|as informações|"
    r"a informação|el contenido|o conteúdo|aviso|antes de imprimir|confidencial)",
    r"(?:dit (?:bericht|e-?mail)|deze (?:e-?mail|boodschap)|de (?:informatie|inhoud)|denk aan|aan (?:dit|deze))",
    r"(?:denne (?:e-?mail|mail|meddelelse|besked)|oplysninger|tænk på|indholdet|detta (?:e-?mail|meddelande)|"
    r"fortrolig|dette (?:er|budskap))",
    r"(?:questo (?:messaggio|documento)|questa (?:e-?mail|comunicazione)|le informazioni|il (?:contenuto|presente)|"
    r"la presente|ai sensi|prima di stampare|avviso|nota di riservatezza)",
    r"(?:niniejsz|ta wiadomość|treść (?:tej|niniejszej)|wiadomość (?:ta|niniejsza)|informacj[ae] |pomyśl|uwaga|"
    r"zastrzeżenie|klauzula)",
    r"(?:この(?:メール|電子メール|メッセージ)|本(?:メール|電子メール|メッセージ)|【?(?:ご注意|注意|機密|お断り))",
    r"(?:qualora|chi |nessun|wenn sie|falls sie|sollten sie|das unbefugte|jede |si (?:vous|ha |usted|no )|toute |"
    r"se (?:você|o |recebeu|non |ha |avete|lei )|caso |indien |mocht |als u |gebruik |hvis |er du |om du |jeżeli|jeśli|"
    r"w przypadku|i dati|les données|sus datos|os dados)",
    r"(?:это (?:сообщение|письмо)|данное|информация|настоящ|tato zpráva|tento e-?mail|本邮件|此邮件|本郵件)",
)
"""How a paragraph of lawyers' text may begin."""

LAWYERS = (
    "confidential", "intended only", "intended solely", "intended exclusively", "intended recipient", "intended for",
    "disclos", "unauthori", "privileged", "legally", "outside of the", "outside the org", "outside your org",
    "outside our",
    "outside of your", "outside of our", "the environment", "virus", "links or", "delete it", "delete this",
    "delete the",
    "clicking", "click links", "click on links", "attachments", "copying", "dissemination", "liable", "liability",
    "malware", "in error", "do not necessarily", "views expressed", "strictly", "prohibited", "this email",
    "this e-mail",
    "this message", "trust the sender", "recipient", "sender", "addressee", "notify", "permission", "learn why this",
    "vertraulich", "bestimmt für", "bestimmten", "unbefugt", "rechtlich geschützt", "vernicht", "empfänger",
    "irrtümlich", "umwelt", "drucken", "weitergabe", "kopier", "gestattet", "adressat", "lösch", "haftung",
    "diese e-mail", "diese nachricht", "absender", "anhänge", "benachrichtig", "ausschließlich", "extern",
    "confidentiel", "destinataire", "strictement", "détrui", "détruire", "environnement", "imprimer", "interdit",
    "exclusi", "par erreur", "expéditeur", "prévenir", "pièces jointes", "ce message", "ce courriel",
    "destinatari", "prohibid", "medio ambiente", "por error", "reproduc", "elimin", "imprim", "este mensaje",
    "este correo", "notifi", "remitente", "reservad", "enlaces",
    "proibid", "destinatári", "meio ambiente", "por engano", "por erro", "apag", "sigil", "privilegiad",
    "esta mensagem",
    "remetente", "vertrouwelijk", "uitsluitend", "bestemd", "geadresseerde", "milieu", "verboden", "openbaarmaking",
    "afzender", "niet toegestaan", "onterecht", "ten onrechte", "per abuis", "dit bericht", "deze e-mail", "verwijder",
    "fortrolig", "modtager", "udelukkende", "miljøet", "slette", "slet ", "udskriv", "afsender", "fejl", "denne e-mail",
    "denne mail", "mottagar", "konfidentiel", "underrett", "bilag", "vedhæft", "skriv ut",
    "riservat", "esclusiv", "vietat", "ambiente", "per errore", "distrug", "cancell", "divulg", "stamp", "mittente",
    "questo messaggio", "questa e-mail", "avvisar", "regolamento ue", "gdpr", "rgpd", "dsgvo",
    "poufn", "odbiorc", "wyłączn", "zabron", "nadawc", "usun", "omyłk", "drukow", "środowisk", "chronion",
    "rozpowszech", "kopiowa", "tej wiadomości", "ta wiadomość", "załącznik", "ujawni", "adresat",
    "機密", "宛先", "受信者", "送信者", "削除", "無断", "禁じ", "お断り", "破棄", "誤って", "誤送信", "第三者",
    "秘密", "転載", "複製",
    "конфиденциал", "получател", "адресат", "удалит", "důvěrn", "příjemc", "保密", "收件人", "删除", "机密",
)  # fmt: skip
"""Words of which a lawyers' paragraph has at least two."""

SCANNED = (
    "scanned by", "scanned for", "checked by av", "checked for vir", "virus-free", "virus free", "no virus found",
    "avast.com", "avast antivirus", "avast software", "antivirus avast", "avg.com", "by mailscanner",
    "by messagelabs", "messagelabs.com",
    "absence de virus", "libre de virus", "livre de vírus", "auf viren geprüft", "auf viren untersucht",
    "frei von viren", "virusfrei", "virenfrei", "individuare virus", "priva di virus", "privo di virus",
    "op virussen", "virusvrij", "for virus", "wolna od wirusów", "obecność wirusów", "kątem wirusów",
    "ウイルススキャン",
    "ウイルスチェック", "ウイルス対策", "ウイルスは検出", "verificada la ausencia de virus", "проверено на вирусы",
    "antivírus", "consider the environment", "think of the environment", "think about the environment", "save a tree",
    "think before you print", "before printing this", "avant d'imprimer", "avant d’imprimer",
    "pensez à l'environnement",
    "antes de imprimir", "prima di stampare", "an die umwelt", "aan het milieu", "tænk på miljøet", "udskriver",
    "pense no meio", "pensa all'ambiente", "o środowisku", "zanim wydrukujesz", "mails ausdrucken", "mail ausdrucken",
    "diese e-mail drucken", "printing this e-mail", "printing this email", "outgoing mail is certified",
)  # fmt: skip
"""One of these makes a short paragraph a notice: scanners of viruses, and the trees that are saved."""

REGISTERED = (
    "geschäftsführ", "sitz der gesellschaft", "amtsgericht", "registergericht", "handelsregister", " hrb ", " hra ",
    "ust-id", "ustid", "vorstand:", "aufsichtsrat", "vorsitzender", "sitz:", "registered in", "registered office",
    "company no", "company number", "company reg", " vat no", " vat reg", " vat number", "registration no", "siret",
    " rcs ", "capital de ", "capital social", " kvk", " btw", " cvr", "cvr-", "p. iva", "p.iva", "partita iva", "c.f.",
    "cap. soc", "capitale sociale", "registro imprese", "sede legale", "registro mercantil", " cif ", " nif", " nipc",
    " cnpj", " krs", " nip", " regon", "kapitał zakładowy", "sąd rejonowy", "登記", "法人番号", "capital social",
    "charity no", "reg. no", "org.nr", "organisationsnummer", "iscritta", "inscrita", "bankverbindung", "iban",
)  # fmt: skip
"""Words of the lines that the law makes firms print: two of them make a notice."""

FOOTED = (
    "unsubscri", " opt out", " opt-out", "optout", "opted in", "opted-in", "be removed", "get removed", "remove\"",
    "remove me", "remove my", "remove your", "removed from", "word remove", "removal from", "to remove", "listinfo",
    "majordomo", "manage your", "manage my", "my subscriptions", "your subscription", "mail preferences",
    "email preferences", "you are receiving", "you're receiving", "you are subscribed", "you are now subscribed",
    "you received this", "you have received this", "you've received this", "because you signed up",
    "you are getting this",
    "message was sent", "mail was sent", "email was sent", "newsletter was sent", "email is sent", "mail is sent",
    "brought to you by", "sign up for", "privacy policy", "terms of use", "terms of service", "all rights reserved",
    "copyright (c)", "copyright ©", "copyright 19", "copyright 20", "© 19", "© 20", "©19", "©20", "(c) 19", "(c) 20",
    "sponsored by", "to a friend", "address book", "view this email", "view in browser", "view online",
    "no longer wish",
    "no longer want to rec", "future mailings", "further mailings", "future notices", "future emails", "future e-mails",
    "do you yahoo", "yahoo! groups", "google groups", "groups.google", "sf.net email", "mailing list", "mailing-list",
    "mailinglist", "@lists.", "listserv",
    "abmelden", "abmeldung", "abbestell", "austragen", "sie erhalten dies", "du erhältst dies", "sie bekommen dies",
    "se désabonner", "désabonn", "désinscri", "désinscrire", "liste de diffusion", "vous recevez c",
    "vous avez reçu ce",
    "darse de baja", "darte de baja", "dar de baja", "date de baja", "cancelar la suscripción",
    "cancelar su suscripción",
    "cancelar tu suscripción", "dejar de recibir", "has recibido est", "ha recibido est", "recibes est", "recibe est",
    "lista de correo", "lista de distribución", "uitschrijv", "uit te schrijven", "afmelden", "afmeld", "mailinglijst",
    "ontvangt dit", "ontvangt deze", "dit bericht ontvangen", "framelde", "nyhedsbrev her", "postliste", "mailingliste",
    "modtager denne", "modtager dette", "cancellarti", "cancellarsi", "disiscri", "annulla iscrizione",
    "annullare l'iscrizione", "hai ricevuto quest", "ricevi quest", "ha ricevuto quest", "riceve quest",
    "descadastr", "recebeu est", "recebeu ess", "deixar de receber", "lista de discuss", "cancelar a subscrição",
    "cancelar a inscrição", "cancelar inscrição", "cancelar sua", "está a receber", "está recebendo", "recebe est",
    "wypisać", "wypisz", "zrezygn", "rezygnac", "otrzymujesz", "otrzymał", "lista dyskusyjna", "subskrypcj",
    "otrzymują",
    "配信停止", "配信解除", "配信を停止", "配信の停止", "配信中止", "配信登録", "購読解除", "購読を解除", "購読停止",
    "退会", "登録解除",
    "解除はこちら", "停止はこちら", "メールマガジン", "メーリングリスト", "このメールは", "ご不要な方", "無断転載",
    "отписаться", "отписк", "рассылк",
    "退订", "取消订阅", "邮件列表", "avprenumerera", "avsluta prenumeration", "avregistrer", "meld deg av", "odhlásit",
    "leiratkoz", "prawa zastrzeżone", "alle rechte vorbehalten", "tous droits réservés", "todos los derechos",
    "todos os direitos", "tutti i diritti", "alle rechten voorbehouden", "alle rettigheder",
)  # fmt: skip
"""Words of what lists, providers and senders of mass mail add below a message."""

FOOTED_WEAKLY = (
    "archives", "subscribe", "advertise", "feedback", "newsletter", "privacy", "forward", "webmaster", "faq",
    "contact us",
    "home |", "| home", "terms", "your e-mail address", "e-mail address for", "impressum", "mentions légales",
    "datenschutz",
    "aviso legal", "nieuwsbrief", "nyhedsbrev", "trademark", "customer service", "account", "copyright", "mailing",
    "click here",
    "remove", "preferences", "settings",
)  # fmt: skip
"""Words of the same that are also anybody's: they count beside others."""

PROVIDERS = (
    "yahoo", "hotmail", "msn ", "juno", "caramail", "excite", "lycos", "gmx", "web.de", "netscape", "mail.com",
    "libero",
    "tiscali", "wanadoo", "free email", "free e-mail", "freemail", "kostenlos", "gratis", "gratuit", "opera",
    "t-online",
    "voila", "terra", "onet.pl", "wp.pl", "interia", "virgilio", "alice", "orange", "laposte", "bigpond", "aol",
)  # fmt: skip
"""Firms whose web mail adds a line below a rule, and what they say."""

FOOTER_STARTS = (
    "to unsubscribe", "unsubscribe", "to post to this", "you are receiving this", "you received this",
    "you have received this", "you're receiving this", "wypisz", "abmelden", "se désabonner", "se désinscrire",
    "darse de baja", "uitschrijven", "afmeld", "cancellati", "annulla iscrizione", "cancelar a sub", "descadastr",
    "newsletter abbestellen", "zrezygnuj", "配信停止", "配信解除", "退会", "отписаться", "退订", "取消订阅",
    "do you yahoo!?",
    "this sf.net email is sponsored by",
    "yahoo! groups", "sponsored by", "copyright", "©", "(c) 20", "(c) 19", "list archives", "list info",
    "get your free", "get free", "join the world", "send and receive", "express yourself", "chat with friends", "msn ",
    "hotmail", "yahoo! mail", "start your free", "get your private", "an unsubscribe", "your use of yahoo",
)  # fmt: skip
"""How such a paragraph begins where nothing else need be said."""

CLOSING_HEADS = frozenset(
    (
        "with",
        "my",
        "our",
        "warm",
        "kind",
        "best",
        "many",
        "very",
        "all",
        "the",
        "your",
        "and",
        "rega",
        "wish",
        "chee",
        "sinc",
        "fait",
        "trul",
        "than",
        "thx",
        "love",
        "resp",
        "cord",
        "es",
        "mit",
        "viel",
        "herz",
        "lieb",
        "beste",
        "freu",
        "gru",
        "gruß",
        "grus",
        "grue",
        "dank",
        "mfg",
        "lg",
        "vg",
        "hoch",
        "bien",
        "mes",
        "nos",
        "meil",
        "salu",
        "merc",
        "bise",
        "bonn",
        "bon",
        "un",
        "much",
        "aten",
        "reci",
        "abra",
        "att",
        "atte",
        "grac",
        "os",
        "com",
        "melh",
        "meus",
        "um",
        "muit",
        "gran",
        "cump",
        "obri",
        "con",
        "i",
        "migl",
        "dist",
        "tant",
        "graz",
        "met",
        "vrie",
        "hart",
        "veel",
        "groe",
        "mvg",
        "med",
        "venl",
        "mang",
        "de",
        "beds",
        "venn",
        "hils",
        "mvh",
        "tak",
        "dbh",
        "z",
        "serd",
        "wyra",
        "pozd",
        "s",
    )
)
"""The first letters of the first word of those of them that are written in ASCII alone."""

CLOSINGS = (
    r"(?:(?:with |my |our |warm |kind |best |many |very |kindest |warmest |all the |yours |and ){0,5}"
    r"(?:regards?|wishes|best|cheers|sincerely|faithfully|truly|thanks|thank you|thx|love|respectfully|cordially|yours)"
    r"(?: again| in advance| and regards| very much| so much| a lot)?|"
    r"(?:es |mit |schöne |schönen |viele |vielen |herzliche |herzlichen |liebe |lieben |beste |besten |"
    r"freundliche |freundlichen |freundlichem |bestem |herzlichem |lieber ){0,4}"
    r"(?:grüßen?|gruß|gruss|grüsse|grüssen|gruessen?|dank)(?: aus \w{1,30})?|mfg|lg|vg|hochachtungsvoll|"
    r"(?:bien |très |sincères |meilleures |mes |nos ){0,3}(?:cordialement|salutations(?: distinguées)?|"
    r"amitiés|à vous|merci|"
    r"respectueusement|bises|bonne journée|bonne soirée|bonne réception|bon week-end)|"
    r"(?:un |muchos |cordiales |atentos |reciba |cordial ){0,3}(?:saludos?(?: cordiales| cordial)?|abrazo|"
    r"atentamente|atte|gracias)|"
    r"(?:os |com |melhores |meus |um |muito |grande ){0,4}(?:cumprimentos|abraços?|atenciosamente|att|"
    r"obrigad[oa]|saudações)|"
    r"(?:con |i |migliori |cordiali |distinti |tanti |un ){0,3}(?:saluti?|saluto|cordialmente|grazie|cordialità)|"
    r"(?:met |vriendelijke |hartelijke |veel ){0,3}(?:groete?n?|groet|hoogachtend|mvg|dank)|"
    r"(?:med |venlig |venlige |mange |kærlig |de |bedste |vänlig |vänliga |vennlig |bästa ){0,3}"
    r"(?:hilsen|hilsner|hälsning(?:ar)?|mvh|tak|dbh)|"
    r"(?:z |łączę |serdecznie |serdeczne |wyrazami ){0,3}(?:pozdrawiam|poważaniem|pozdrowienia|pozdrowieniami|szacunku|"
    r"wyrazy szacunku)|"
    r"с уважением|s pozdravem|よろしく(?:お願い(?:いた|致)?し(?:ます|申し上げます))?|"
    r"(?:どうぞ)?(?:宜しく|よろしく)お願い(?:いた|致)?します|"
    r"以上|敬具|此致|敬礼|祝好)"
    r"[\s,.!、。;:-]{0,6}"
)
"""The whole of a line with which letters end, in front of a name."""

TITLES = (
    "manager", "director", "engineer", "professor", "prof.", "lecturer", "department", "dept", "division", "universi",
    "institut", "college", "president", "chairman", "chairwoman", "officer", "head of", "team lead", "consultant",
    "analyst", "administrator", "developer", "architect", "editor", "secretary", "assistant", "coordinator", "ceo",
    "cto",
    "co-ordinator", "specialist", "technician", "librarian", "archivist", "network", "laborator", "research",
    "services",
    "support", "sales", "office", "suite ", " street", " avenue", " road", " lane", "p.o. box", "po box", " floor",
    " inc.", " inc ", " ltd", " llc", " corp", " plc", " gmbh", " ag ", "e.v.", "e. v.", " s.a.", " sarl", " sas ",
    "s.p.a", "s.r.l", " srl", " spa ", " b.v.", " bv ", " a/s ", " aps ", "sp. z", " oy ", " ab ", "ltda", "& co",
    "group",
    "society", "foundation", "association", "owner", "founder", "partner", "attorney", "solicitor", "curator", "agency",
    "leiter", "leitung", "abteilung", "vertrieb", "assisten", "sachbearbeit", "referent", "straße", "strasse", "büro",
    "bureau", "inscription",
    "verwaltung", "dienst", "kanzlei", "praxis", "verein", "chef", "konsulent", "afdeling", "kontor", "sekret",
    "medarbejder",
    "medewerker", "hoofd", "adviseur", "directeur", "directrice", "responsable", "service ", "ingénieur", "chargé",
    "rue ", "boulevard", "société", "établissements", "cabinet", "gerente", "jefe", "jefa", "departamento", "ingenier",
    "coordinador", "responsabil", "ufficio", "direttore", "direttrice", "servizi", "dott", "ing.", "avv.", " via ",
    "viale ",
    "piazza", "consorzio", "studio", "direzione", "segreteria", "gerência", "diretor", "engenheir", "coordenador",
    "assessor", "analista", "rua ", "avenida", "kierownik", "dyrektor", "specjalista", "dział", "biuro", "inżynier",
    "asystent", "ul. ", "księgow", "株式会社", "有限会社", "部長", "課長", "営業", "事務", "大学", "研究", "〒",
    "丁目", "担当", "総務", "経理",
    "開発", "有限公司", "经理", "部门", "公司",
)  # fmt: skip
"""Words of professions, firms and places that a name block has."""
