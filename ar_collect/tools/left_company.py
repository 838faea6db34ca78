# Part of ar_collect. License LGPL-3.
"""Whether a mail says that somebody is no longer with the company, and whom it names instead.

English, German, French and Spanish, as mailboxes of who has left and their colleagues say it. Who
is on holiday, ill or on leave comes back; what is quoted below, history and signature, is left out
by whoever asks. A finding is a proposal: a person decides.
"""

import re
from typing import NamedTuple

#: Letters read: an automatic answer is short, and a long mail says it at the beginning.
MAX_TEXT = 5_000
#: Letters of a sentence that are quoted.
MAX_QUOTE = 300

#: A name begins with a capital letter; the phrases around it are found however they are written.
_NAME = r"(?-i:[A-ZÀ-Þ&])"
#: Phrases by language; what comes before and after in the sentence does not matter.
_LEFT = (
    # English
    rf"\bno longer (?:be )?(?:with|at|part of) (?:us\b|our|this|the (?:company|team|firm)\b|{_NAME})",
    r"\bno longer (?:works?|working|employed) (?:here|for|at|with|by)\b|\bno longer here\b",
    r"\bno longer an? (?:employee|member of (?:staff|the team))\b",
    rf"\b(?:has|have|i've|she's|he's) (?:now |recently |since )?left (?:us\b|{_NAME})",
    r"\b(?:has|have) left[.!]?$",
    r"\bleft (?:the|our|this) (?:company|firm|organi[sz]ation|business|team|group)\b"
    r"(?! (?:car|phone|laptop|building|premises|site|meeting|party)\b)",
    r"\bmy last (?:working )?day\b.{0,60}\bwas\b",
    r"\b(?:has|have) retired\b|(?<!is )(?<!are )(?<!was )(?<!been )\bretired (?:on|in|from|at)\b",
    # German
    r"\bnicht mehr (?:Teil|Mitarbeiter\w*)\b",
    rf"\bnicht mehr (?:bei|für) (?!Sie\b|Ihnen\b)(?:uns\b|(?:de[rmn]|die|das|unser\w*) |{_NAME})",
    r"\bnicht mehr im (?:Unternehmen|Betrieb|Team|Konzern|Hause? (?:tätig|beschäftigt))",
    rf"\bnicht mehr in (?:der|dieser|unserer|unserem|diesem) (?!Lage\b){_NAME}",
    r"\b(?:habe|hat|haben)\b.{0,60}\b(?:Unternehmen|Firma|Gesellschaft|Betrieb)\b.{0,30}\bverlassen",
    r"\bhat uns\b.{0,40}\bverlassen\b|\bverlassen (?:habe|hat|haben)\b",
    r"\b(?:Unternehmen|Firma)\b.{0,40}\bausgeschieden|\bausgeschieden\b.{0,40}\b(?:Unternehmen|Firma)",
    r"\b(?:bin|ist)\b.{0,40}\b(?:im|in den|in) (?:wohlverdienten )?(?:Ruhestand|Rente)\b",
    # French
    r"\bne (?:fait|fais|font) plus partie\b",
    r"\bne (?:travaille|travaillent) plus\b",
    r"\b(?:j'ai|ai|a|ont) (?:définitivement |désormais )?quitté (?:l'(?:entreprise|équipe|agence"
    r"|organisation|établissement|association)|la (?:société|compagnie|maison)|le groupe"
    rf"|notre (?:entreprise|équipe|société|groupe|maison)|nos|[ms]es fonctions|{_NAME})",
    r"\bn'est plus (?:en poste|employée?|salariée?|chez|dans (?:l'entreprise|notre|la société))",
    r"\b(?:a pris|est partie? (?:à|en)|suis partie? (?:à|en)) (?:sa |la )?retraite\b",
    # Spanish
    r"\bya no (?:trabaj(?:o|a|an)\b|forma parte|formo parte|pertene(?:ce|zco)|(?:es|soy) emplead[ao]"
    r"|está (?:en la empresa|con nosotros))",
    r"\bno trabaj[ao] más (?:en|con|para|aquí)\b",
    r"\b(?:ha|he|han) (?:dejado (?:de trabajar|(?:la|nuestra) (?:empresa|compañía|firma))|causado baja)",
    r"\bdejó (?:la|nuestra) (?:empresa|compañía|firma)\b",
    r"\bse ha jubilado\b|\bme he jubilado\b",
)
#: What only sounds like it: somebody is away for a while, the whole company has changed something,
#: or the sentence speaks of something else.
_AWAY = (
    r"\b(?:left|leaving|leave) (?:the|our) office\b",
    r"\b(?:out of (?:the )?office|on (?:annual |parental |maternity |sick )?leave) (?:until|from)",
    r"\bno longer (?:at|in) (?:my|the|our) (?:desk|office)\b",
    r"\bnicht mehr im (?:Büro|Hause?)\b(?! tätig| beschäftigt)",
    r"\bnicht mehr für (?:heute|diese)",
    r"\bauf (?!eigenen|ihren|seinen|meinen)\w+\b.{0,60}\bverlassen\b|\bfrüher verlassen\b",
    r"\bquitté (?:le bureau|mon bureau)",
    r"\bne travaille plus (?:aujourd'hui|les? |ce |cette |jusqu|avant)",
    r"\bya no trabajo (?:hasta|hoy|los|esta|el)\b",
    r"\bif\b.{0,80}\bno longer\b",
    r"\bwhen (?:he|she|they|i) (?:has|have) left\b",
    r"\bwe(?: are|'re| have|'ve)? (?:now |recently )?(?:no longer|left)\b",
    r"\bwir (?:\w+ ){1,4}nicht mehr\b",
    r"\bnous (?:ne |n')\w+ plus\b|\bnous avons quitté\b",
)
_THINGS = (
    r"goods|parcels?|shipments?|orders?|payments?|money|invoices?|accounts?|office|truck|lorry"
    r"|containers?|Ware|Sendung|Lieferung|Zahlung|Rechnung|Bestellung|Konto|Büro|LKW|Lkw"
    r"|marchandises?|colis|paiements?|factures?|commandes?|compte|bureau|camion"
    r"|mercanc[ií]as?|pedidos?|pagos?|facturas?|cuenta|oficina|camión"
)
#: What leaves a company, or is no longer there, without being a person.
_THINGS_RE = re.compile(
    rf"\b(?:{_THINGS})\b.{{0,20}}"
    r"\b(?:has|have|hat|haben|ont|a|ha|han)\b.{0,20}(?:left|verlassen|quitté|dejado)"
    rf"|^\W*(?:\w+ )?(?:{_THINGS}) (?:\w+ |n')?(?:\w+ )?(?:no longer|nicht mehr|plus|ya no)\b",
    re.IGNORECASE,
)
_LEFT_RE = re.compile("|".join(f"(?:{phrase})" for phrase in _LEFT), re.IGNORECASE)
_AWAY_RE = re.compile("|".join(f"(?:{phrase})" for phrase in _AWAY), re.IGNORECASE)
#: Ends of sentences; not the dot in an address, or after a title.
_SENTENCES = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSr)(?<!\bFr)(?<!\d)[.!?]+\s+|\n+"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w@.])\+?\d[\d ()/.\-]{6,18}\d(?![\w@])")


class Left(NamedTuple):
    """What a mail says of somebody who has left.

    :param str quote: the sentence that says so
    :param str email: of whom to turn to instead; empty when none is named
    :param str phone: as it is written; empty when none is named
    """

    quote: str
    email: str
    phone: str


def find_left(text, own_email=""):
    """Whether a mail says that somebody has left the company.

    :param str|None text: subject and body, plain text, without the history quoted below
    :param str own_email: of who wrote it, who is not the one to turn to instead
    :rtype: Left | None

    >>> find_left("Anna Berg is no longer with the company. Please write to ap@azure.example.")
    Left(quote='Anna Berg is no longer with the company', email='ap@azure.example', phone='')
    >>> find_left("I have left Azure Interior.\\nCall Tom, +1 555 0100 22.").phone
    '+1 555 0100 22'
    >>> find_left("Ich bin nicht mehr bei der Azure GmbH tätig.") is not None
    True
    >>> find_left("Frau Berg hat unser Unternehmen zum 31.3. verlassen.") is not None
    True
    >>> find_left("Je ne fais plus partie de la société.") is not None
    True
    >>> find_left("Madame Berg a quitté l'entreprise.").quote
    "Madame Berg a quitté l'entreprise."
    >>> find_left("Ana Berg ya no trabaja en la empresa.") is not None
    True
    >>> find_left("J\u2019ai quitt\u00e9 l\u2019entreprise.") is not None
    True
    >>> find_left("He dejado la empresa; escriba a pagos@azul.example").email
    'pagos@azul.example'

    Who is away for a while, and what else no longer is, says nothing:

    >>> find_left("I am on annual leave until Monday and have left the office for today.")
    >>> find_left("Ich bin bis Montag nicht mehr im Büro.")
    >>> find_left("The goods have left our warehouse. We no longer need invoice 12.")
    >>> find_left("J'ai quitté le bureau, de retour lundi.")
    >>> find_left("The portal no longer works, and the goods are not at our site.")
    >>> find_left("Ya no necesitamos la factura 12.")
    >>> find_left("I have left the office and will be back on Monday.")
    >>> find_left("I am on parental leave and no longer at work until May.")
    >>> find_left("Ich bin bis Montag nicht mehr für Sie erreichbar.")
    >>> find_left("Herr Wolf ist heute nicht mehr im Hause.")
    >>> find_left("Je ne travaille plus le vendredi.")
    >>> find_left("Ya no trabajo hasta el lunes.")
    >>> find_left("This invoice is no longer with us. We are no longer at our old address.")
    >>> find_left("I left the company car at the garage.")
    >>> find_left("Anna has left a message. She has left the payment to Tom.")
    >>> find_left("If you no longer work with us, tell us."), find_left(None)
    (None, None)
    """
    text = (text or "")[:MAX_TEXT].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for sentence in _SENTENCES.split(text):
        if _says_so(sentence):
            emails = (found for found in _EMAIL.findall(text))
            other = (found for found in emails if found.lower() != (own_email or "").lower())
            phone = _PHONE.search(text)
            return Left(
                " ".join(sentence.split())[:MAX_QUOTE],
                next(other, "").rstrip("."),
                phone.group().strip() if phone else "",
            )
    return None


def _says_so(sentence):
    """Whether a sentence speaks of somebody who has left; things leave as well."""
    if _AWAY_RE.search(sentence) or _THINGS_RE.search(sentence):
        return False
    return bool(_LEFT_RE.search(sentence))
