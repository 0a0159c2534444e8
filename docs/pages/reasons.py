"""The reasons for a refusal, and what patrons are told."""

from softdock.circulation.locale import LANGUAGES, wording
from softdock.circulation.reasons import Reason
from softdock.docs.pages.text import Language, code, table


def reasons(language: Language) -> str:
    """A row for each reason, with its wording in every language."""
    heads = language.choose("reason|in Chinese|in English", "原因|中文提示|英文提示").split("|")
    return table(heads, ([code(each.value), *(wording(each, key) for key in LANGUAGES)] for each in Reason))
