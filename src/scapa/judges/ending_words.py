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
    rf"(?:cet e-?mail a été |ce message a été )?(?:envoyé|envoye|transmis) (?:de|depuis|à partir de|à partir du|avec|par|via) {_NAMED}",
    r"(?:télécharge[rz]|obtenir|obtenez|téléchargez) outlook pour (?:ios|android|mac)(?:\s*<\S+>)?",
    r"(?:outlook für (?:ios|android|mac) (?:beziehen|herunterladen)|"
    r"(?:holen sie sich|laden sie) outlook für (?:ios|android|mac)(?: herunter)?)(?:\s*<\S+>)?",
    rf"(?:enviado|enviada|mensaje enviado|mensagem enviada) (?:desde|de|do|da|pelo|pela|a partir do|a partir da|a través de|através do|via|con|com|usando|no) {_NAMED}",
    r"(?:obtener|obtenga|obtén|obter|obtenha|baixar|baixe|transfira|scarica|ottieni|descargar?|hent|få|download|haal|skaffa|hämta|"
    r"last ned|pobierz|stáhnout|získat|lataa)(?: aplikację| o| den| app'en)? outlook "
    r"(?:para|per|til|voor|för|dla|pro|do|dla systemu)(?: (?:o|systemu))? (?:ios|android|mac)(?:\s*<\S+>)?",
    rf"(?:inviato|inviata|messaggio inviato|spedito) (?:da|dal|dalla|dall'|con|tramite|via) ?{_NAMED}",
    rf"(?:verstuurd|verzonden|gestuurd|dit bericht is verzonden) (?:vanaf|van|met|via|vanuit|vanop) {_NAMED}",
    rf"(?:sendt|skickat|skickad|sänt|denne mail er sendt|denne besked er sendt) (?:fra|från|via|med|frå) {_NAMED}",
    rf"lähetetty {_NAMED}",
    rf"(?:wysłan[eoya]|wiadomość wysłana|wysłano) (?:z|ze|za pomocą|przez|przy użyciu) {_NAMED}",
    rf"(?:odesláno|odoslané) (?:z|ze|pomocí) {_NAMED}",
    rf"отправлено (?:с|из|через|от) {_NAMED}",
    rf"{_NAMED}(?:'den|'dan|den|dan) gönderildi",
    r"(?:从我的 ?\w+ ?发送|发自我的 ?\w+(?: \w+)?|来自我的 ?\w+|發自我的 ?\w+|從我的 ?\w+ ?傳送)",
    r"(?:outlook for (?:ios|android)(?:\s*<\S+>)? ?を入手(?:してください)?|"
    r"(?:my |私の)?[\w .®™-]{2,40} ?(?:から|より|で)(?:[\w .®™-]{2,20}で)?(?:の)?送信(?:しました|されました)?|"
    r"[\w .®™-]{2,40} から k-9 mail で送信しました)",
    r"获取 outlook for (?:ios|android)(?:\s*<\S+>)?",
    r"나의 \w+에서 보냄",
)
"""One-line footers of mobile and web mail, each a regular expression over the whole line in lower case."""

EXCUSES = r"excuse|typo|brevity|brief|autocorrect|tippfehler|kürze|bündig|brièveté|brevedad|brevità|brevidade|" \
    r"beknopt|kortfattet|zwięzło|stručnost|краткост|簡単な|concis|fejl|errores|erros|fautes"  # fmt: skip
"""Words of the excuse that may follow on such a line."""

DISCLAIMER_STARTS = (
    r"(?:this|the|any)? ?(?:e-?mail|message|information|communication|electronic (?:mail|message)|transmission)\b",
    r"(?:strictly |private (?:and|&) )?(?:confidential|confidentiality|disclaimer|legal (?:notice|disclaimer)|privileged|"
    r"important notice|notice|privacy)\b",
    r"(?:caution|warning|external(?: e-?mail| sender| message)?|\[?external\]?)\b ?[:!\]-]",
    r"(?:please consider|think before|before printing|virus[- ]free|scanned by|save (?:a tree|paper)|go green)\b",
    r"(?:if you (?:are not|have received)|privileged|any views|views expressed|unless otherwise|the contents? of)\b",
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
    r"(?:это (?:сообщение|письмо)|данное|информация|настоящ|tato zpráva|tento e-?mail|本邮件|此邮件|本郵件)",
)
"""How a paragraph of lawyers' text may begin."""

LAWYERS = (
    r"confidential|intended (?:only|solely|exclusively|recipient|for)|disclos|unauthori[sz]ed|privileged|legally|"
    r"outside (?:of )?(?:the|your|our) organi[sz]ation|the environment|virus|links or open|delete (?:it|this|the)|"
    r"click(?:ing)? (?:on )?links|attachments|copying|dissemination|liab(?:le|ility)|scanned|malware|in error|"
    r"do not necessarily|views expressed|strictly|prohibited|this email|this message|trust(?:ed)? the sender|"
    r"vertraulich|bestimmt(?:en)? (?:für|empfänger)|unbefugt|rechtlich geschützt|vernichten|empfänger|irrtümlich|"
    r"umwelt|drucken|ausdrucken|weitergabe|kopieren|nicht gestattet|adressat|löschen|haftung|e-?mail|"
    r"confidentiel|destinataire|strictement|détrui|environnement|imprimer|interdit|exclusif|exclusiv|par erreur|"
    r"confidencia|destinat[aá]ri|prohibid|proibid|medio ambiente|meio ambiente|por error|por engano|reproduc|"
    r"eliminar|elimine|elimín|imprim|apag(?:ue|ar)|sigil|privilegiad|este (?:mensaje|correo)|esta mensagem|"
    r"vertrouwelijk|uitsluitend|bestemd|geadresseerde|milieu|verboden|openbaarmaking|afzender|niet toegestaan|"
    r"fortrolig|modtager|udelukkende|miljøet|slet(?:te)?\b|udskrive|afsender|fejl|mottagare|konfidentiel|"
    r"riservat|destinatari|esclusiv|vietat|ambiente|per errore|distrugg|cancell|divulg|stampare|mittente|"
    r"poufn|adresat|odbiorc|wyłącznie|zabronion|nadawc|usun|omyłkow|drukow|środowisk|chronion|rozpowszechni|kopiowan|"
    r"機密|宛先|受信者|送信者|削除|無断|禁じ|お断り|破棄|誤って|第三者|"
    r"конфиденциал|получател|адресат|удалит|důvěrn|příjemc|保密|收件人|删除|"
    r"notify|recipient|sender|notificar|avvisar|prévenir|benachrichtig|underrett|informer l'expéditeur"
)
"""Words of which a lawyers' paragraph has at least two."""

SCANNED = (
    r"(?:checked|scanned|protected|cleaned|verified|certified|tested) (?:by|for|with) [\w ]{0,30}(?:virus|avast|avg|"
    r"mcafee|norton|symantec|clam|eset|mailscanner|messagelabs|antivirus|sophos|trend)|virus[- ]free|no virus found|"
    r"avast\.com|(?:absence de virus|libre de virus|livre de vírus|auf viren (?:geprüft|untersucht)|frei von viren|"
    r"virusfrei|virenfrei|è stata controllata|privo di virus|priva di virus|gecontroleerd op virussen|virusvrij|"
    r"kontrolleret for virus|wolna od wirusów|sprawdzon\w+ (?:pod kątem|na obecność)|ウイルス(?:スキャン|チェック|対策)|"
    r"se certificó que|se ha comprobado que|sido comprobado por|foi verificad|escaneado|проверено на вирусы)|"
    r"(?:consider|think of|think about) the environment|save a tree|avant d'imprimer|pensez à l'environnement|"
    r"antes de imprimir|prima di stampare|denk(?:en sie)? an die umwelt|denk aan het milieu|tænk på miljøet|"
    r"pense no meio ambiente|piensa en el medio|pensa all'ambiente|pomyśl o środowisku|zanim wydrukujesz"
)
"""One of these makes a short paragraph a notice: scanners of viruses, and the trees that are saved."""

REGISTERED = (
    r"geschäftsführ(?:er|ung)\b|sitz der gesellschaft|amtsgericht|registergericht|handelsregister|\bhr[ab] ?\d|"
    r"ust-?id|vorstand:|aufsichtsrat|registered (?:in|office)|company (?:no|number|reg)|\bvat (?:no|reg|number)|"
    r"\bsiret\b|\brcs [a-z]|capital (?:social )?de [\d. ]+|\bkvk\b|\bbtw\b|handelsregisternummer|\bcvr\b|p\. ?iva|"
    r"partita iva|c\.f\.|cap(?:itale)? soc|reg(?:istro)? imprese|registro mercantil|\bcif\b|\bnipc\b|\bcnpj\b|"
    r"\bkrs\b|\bnip\b|\bregon\b|kapitał zakładowy|sąd rejonowy|登記|法人番号"
)
"""Words of the lines that the law makes firms print: two of them, or one in front of a colon or number."""

FOOTED = (
    r"unsubscrib|\bopt[ -]?out\b|opted[ -]in|(?:to be|be|get) removed|(?:^|[\"“]|the word )remove\b|removal from|"
    r"remov(?:e|ing) (?:me|my|your|yourself|from)|mailing[ -]?list|listinfo|listserv|majordomo|@lists?\.|"
    r"manage (?:your |my )?(?:subscription|preference|email|account)|my subscriptions|your subscription|"
    r"(?:e-?mail|mail|communication) preferences|you(?:'re| are| were)? (?:now )?(?:receiving|subscribed|getting)|"
    r"you(?:'ve| have)? (?:received|signed up|registered|opted)|(?:email|message|newsletter|mail) (?:was|is|has been) "
    r"(?:being )?(?:sent|brought|delivered|intended)|sign up for|privacy (?:policy|statement)|terms of (?:use|service)|"
    r"all rights reserved|copyright (?:\(c\)|©|\d{4})|© ?(?:19|20)\d\d|\(c\) ?(?:19|20)\d\d|sponsored by|"
    r"forward (?:this |it )?to a friend|address book|view (?:this|it) (?:e-?mail|in|online)|no longer (?:wish|want)|"
    r"(?:further|future|more) (?:mailings|notices|e-?mails|offers)|archives?\b|subscribe\b|advertise|feedback|"
    r"do you yahoo|yahoo! (?:mail|groups)|hotmail|msn|caramail|google groups|groups\.google|sf\.net|juno|"
    r"free (?:e-?mail|web ?mail)|"
    r"abmelde|abbestell|austragen|newsletter|se désabonner|désabonn|désinscri|liste de diffusion|"
    r"darse de baja|darte de baja|dar de baja|cancelar (?:la |su |tu |a |sua )?(?:suscripción|inscrição|subscrição)|"
    r"dejar de recibir|has recibido est|ha recibido est|lista de (?:correo|distribución|discussão|e-?mails)|"
    r"uitschrijv|afmeld|mailinglijst|nieuwsbrief|framelde|afmeld|nyhedsbrev|postliste|mailingliste|"
    r"cancellar(?:ti|si)|disiscri|annulla(?:re)? l'iscrizione|hai ricevuto quest|ricevi quest|"
    r"descadastr|recebeu est[ae]|deixar de receber|lista de discuss|remover (?:a|sua)|"
    r"wypis(?:ać|z)|zrezygn|rezygnacj|otrzymujesz|otrzymał[ae]ś|lista dyskusyjna|subskrypcj|"
    r"配信(?:停止|解除|を停止|の停止|中止|登録)|購読(?:解除|を解除|停止)|退会|登録解除|メールマガジン|メーリングリスト|このメールは|ご不要な方|"
    r"отпис(?:ать|к)|рассылк|退订|取消订阅|邮件列表|прекратить|avprenumerera|avsluta (?:din )?prenumeration|avregistrer|"
    r"meld deg av|odhlásit|leiratkoz|wszelkie prawa zastrzeżone|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos|todos os direitos|tutti i diritti|alle rechten voorbehouden|alle rettigheder"
)
"""Words of what lists, providers and senders of mass mail add below a message."""

FOOTER_STARTS = (
    "to unsubscribe", "you have received this message because", "unsubscribe",
    "you received this message because", "you are receiving this", "to post to this group", "to post to this list",
    "do you yahoo!?", "this sf.net email is sponsored by", "yahoo! groups links", "sie erhalten diese nachricht, weil",
    "sie erhalten diese", "du erhältst diese", "you're receiving this", "you are subscribed", "yahoo! groups sponsor",
    "vous recevez ce", "vous avez reçu ce", "has recibido este", "recibes este", "has recibido este mensaje porque",
    "je hebt dit bericht ontvangen", "je ontvangt dit", "u ontvangt deze", "du modtager denne", "hai ricevuto questo",
    "ricevi questo", "você recebeu ess", "você recebeu est", "recebeu est", "you've received this", "sponsored by",
    "otrzymujesz", "otrzymałeś", "このメールは", "本メールは", "copyright", "©", "(c) 20", "(c) 19", "archives",
    "list archives", "list info", "mailing list", "get your free", "get free", "join the world", "send and receive",
    "express yourself", "chat with friends", "msn ", "hotmail", "yahoo! mail", "start your free", "get your private",
    "wozu brauchst du", "für die mailinglisten", "an unsubscribe",
)  # fmt: skip

CLOSINGS = (
    r"(?:(?:with |my |our |warm |kind |best |many |very |kindest |warmest |all the |yours |and )*"
    r"(?:regards?|wishes|best|cheers|sincerely|faithfully|truly|thanks|thank you|thx|love|respectfully|cordially|yours)"
    r"(?: again| in advance| and regards| very much| so much| a lot)?|"
    r"(?:mit |schöne |viele |herzliche |liebe |beste |freundliche |besten? )*(?:grüßen?|gruß|gruss|grüsse|gruessen?|grüssen|dank)"
    r"(?: aus \w+)?|mfg|lg|vg|hochachtungsvoll|"
    r"(?:bien |très |sincères |meilleures? |mes |nos )*(?:cordialement|salutations(?: distinguées)?|amitiés|à vous|merci|respectueusement|bises)|"
    r"(?:un |muchos |cordiales |atentos )*(?:saludos?(?: cordiales| cordial)?|abrazo|atentamente|atte|gracias)|"
    r"(?:os |com |com os |melhores |meus |um |muito )*(?:cumprimentos|abraços?|atenciosamente|att|obrigad[oa]|cordialmente|saudações)|"
    r"(?:un |con i migliori |cordiali |distinti |tanti |i migliori )*(?:saluti?|cordialmente|grazie)|"
    r"(?:met |vriendelijke |hartelijke |met vriendelijke )*(?:groete?n?|groet|hoogachtend|mvg|dank)|"
    r"(?:med |venlig |venlige |mange |kærlig |de |bedste |vänlig |vänliga |vennlig |bästa )*(?:hilsen|hilsner|hälsning(?:ar)?|mvh|tak)|"
    r"(?:z |łączę |serdecznie |serdeczne |z poważaniem|z wyrazami )*(?:pozdrawiam|poważaniem|pozdrowienia|pozdrowieniami|szacunku|wyrazy szacunku)|"
    r"с уважением|s pozdravem|よろしく(?:お願い(?:いた|致)?します|お願いします)|以上|敬具|此致|敬礼|祝好)"
    r"[\s,.!、。;:-]{0,6}"
)
"""The whole of a line with which letters end, in front of a name."""

TITLES = (
    r"manager|director|engineer|professor|prof\.|lecturer|department|dept|division|university|institute|college|"
    r"president|chair(?:man|woman|person)|officer|head of|team lead|lead |consultant|analyst|administrator|developer|"
    r"architect|editor|secretary|assistant|coordinator|co-ordinator|specialist|technician|librarian|archivist|"
    r"network|laborator|research|services?\b|support|sales|office|suite|street|avenue|road\b|p\.?o\.? box|floor|"
    r"inc\b|ltd\b|llc\b|corp\b|plc\b|gmbh|\bag\b|\be\.?v\.|\bs\.?a\.?(?:s|r\.?l)?\b|s\.p\.a|s\.r\.l|\bb\.?v\.?\b|"
    r"\ba/s\b|\baps\b|sp\. z|\boy\b|\bab\b|ltda|\bs\.a\.|& co|group|society|foundation|association|"
    r"leiter|leitung|geschäftsführ|abteilung|vertrieb|assistenz|sachbearbeit|referent|institut|universität|straße|"
    r"strasse|büro|verwaltung|innendienst|projektleder|chef|konsulent|afdeling|kontor|sekretær|medarbejder|"
    r"medewerker|afdeling|hoofd|adviseur|directeur|directrice|responsable|service |ingénieur|chargée? de|assistante?|"
    r"rue |boulevard|université|société|établissements|gerente|directora?|jefe|departamento|ingenier|coordinador|"
    r"responsabile|ufficio|direttore|direttrice|servizi|dott|ing\.|avv\.|via |viale |piazza|consorzio|università|"
    r"gerência|diretora?|engenheir|coordenador|assessor|analista|secretári|rua |avenida|kierownik|dyrektor|"
    r"specjalista|dział|biuro|inżynier|asystent|ul\. ?\w|księgow|uniwersytet|株式会社|有限会社|部長|課長|営業|事務|大学|研究|"
    r"〒|県|市|区|丁目|担当|部\b|有限公司|经理|部门|公司"
)
"""Words of professions, firms and places that a name block has."""
