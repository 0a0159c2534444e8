"""What patrons read: the wording of every reason, in each language SoftDock speaks.

One module per language, each a plain table that a translator can edit; a test holds them complete
against `Reason` and `Remark`.  `{date}` in a wording stands for the date that belongs to the reason.
"""

from collections.abc import Mapping
from datetime import date

from softdock.circulation.locale import en, zh_CN
from softdock.circulation.reasons import Reason
from softdock.circulation.remarks import Remark

Language = str
"""`zh` or `en`."""

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_WORDING: Mapping[Language, Mapping[Reason, str]] = {"zh": zh_CN.WORDING, "en": en.WORDING}

_REMARKS: Mapping[Language, Mapping[Remark, str]] = {"zh": zh_CN.REMARKS, "en": en.REMARKS}


def wording(
    reason: Reason, language: Language, when: date | None = None, own: Mapping[Reason, str] | None = None
) -> str:
    """What to tell the patron for `reason`; `own` wordings of the operator come first.

    A language that is not spoken here is answered in English.

    >>> wording(Reason.ITEM_UNKNOWN, "en")
    'This item is not known here.'
    """
    table = _WORDING.get(language, en.WORDING)
    text = (own or {}).get(reason) or table[reason]
    if "{date}" in text:
        text = text.replace("{date}", when.isoformat() if when else "").rstrip(" :：")
    return text


def remark(kind: Remark, language: Language, library: str) -> str:
    """What is said of `library`, by its name in `language`.

    >>> remark(Remark.LIBRARY_CONCERNED, "en", "Chengdu Library")
    'The library concerned is Chengdu Library.'
    """
    return _REMARKS[language][kind].replace("{library}", library)


def in_language(text: str | Mapping[str, str], language: str) -> str:
    """`text` in `language` if it comes in several, else in whichever there is."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), "")
