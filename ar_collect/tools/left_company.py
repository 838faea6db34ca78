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

#: Phrases by language; what comes before and after in the sentence does not matter.
_LEFT = (
    # English
    r"\bno longer (?:be )?(?:with|at|part of) (?:us\b|the company|our|this|[A-Z&])",
    r"\bno longer (?:works?|working|employed) (?:here|for|at|with|by)\b|\bno longer here\b",
    r"\b(?:has|have|i've|i have|she's|he's) (?:now |recently |since )?left (?:the|our|this|us\b|[A-Z&])",
    r"\bleft (?:the|our|this) (?:company|firm|organi[sz]ation|business|team)",
    r"\b(?:has|have) retired\b",
    # German
    r"nicht mehr (?:bei|für|im|in der|in unserem|in unserer|Teil|Mitarbeiter\w*)\b"
    r"(?!.{0,20}\b(?:Büro|Haus heute)\b)",
    r"\b(?:habe|hat|haben)\b.{0,60}\b(?:Unternehmen|Firma|Gesellschaft|Betrieb)\b.{0,30}\bverlassen",
    r"\bverlassen (?:habe|hat|haben)\b",
    r"\b(?:Unternehmen|Firma)\b.{0,40}\bausgeschieden|\bausgeschieden\b.{0,40}\b(?:Unternehmen|Firma)",
    r"\b(?:bin|ist) (?:in (?:den )?Ruhestand|in Rente)\b",
    # French
    r"\bne (?:fait|fais|font) plus partie\b",
    r"\bne (?:travaille|travaillent|travaillons) plus\b",
    r"\b(?:j'ai|ai|a|ont) (?:définitivement |désormais )?quitté (?:l'|la |le |notre |nos |mes )",
    r"\bn'est plus (?:en poste|employée?|salariée?|chez|dans (?:l'entreprise|notre|la société))",
    r"\b(?:a pris|est partie? à|suis partie? à) (?:sa |la )?retraite\b",
    # Spanish
    r"\bya no (?:trabaj[ao]|trabajan|forma parte|formo parte|pertenece|está (?:en la empresa|con nosotros))",
    r"\b(?:ha|he|han) (?:dejado (?:la empresa|de trabajar|la compañía|nuestra)|causado baja)",
    r"\bse ha jubilado\b|\bme he jubilado\b",
)
#: What only sounds like it: somebody is away for a while, or speaks of something else.
_AWAY = (
    r"\b(?:left|leaving|leave) (?:the|our) office (?:for|until|today|early)",
    r"\b(?:out of (?:the )?office|on (?:annual |parental |maternity |sick )?leave) (?:until|from)",
    r"\bno longer (?:at|in) (?:my|the) (?:desk|office)\b",
    r"\bnicht mehr im (?:Büro|Haus)\b|\bnicht mehr in der Lage\b|\bnicht mehr für (?:heute|diese)",
    r"\bquitté (?:le bureau|mon bureau)",
    r"\bif\b.{0,80}\bno longer\b",
    r"\bwhen (?:he|she|they|i) (?:has|have) left\b",
)
#: What leaves a company without being a person.
_THINGS_RE = re.compile(
    r"\b(?:goods|parcels?|shipments?|orders?|payments?|money|invoices?|Ware|Sendung|Lieferung"
    r"|Zahlung|marchandises?|colis|paiements?|mercanc[ií]as?|pedidos?|pagos?)\b.{0,20}"
    r"\b(?:has|have|hat|haben|ont|a|ha|han)\b.{0,20}(?:left|verlassen|quitté|dejado)",
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
    >>> find_left("He dejado la empresa; escriba a pagos@azul.example").email
    'pagos@azul.example'

    Who is away for a while, and what else no longer is, says nothing:

    >>> find_left("I am on annual leave until Monday and have left the office for today.")
    >>> find_left("Ich bin bis Montag nicht mehr im Büro.")
    >>> find_left("The goods have left our warehouse. We no longer need invoice 12.")
    >>> find_left("J'ai quitté le bureau, de retour lundi.")
    >>> find_left("The portal no longer works, and the goods are not at our site.")
    >>> find_left("Ya no necesitamos la factura 12.")
    >>> find_left("If you no longer work with us, tell us."), find_left(None)
    (None, None)
    """
    text = (text or "")[:MAX_TEXT]
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
