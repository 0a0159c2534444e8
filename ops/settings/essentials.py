"""What no profile may take from the messages of the standard, or put into them: devices act on it."""

from collections.abc import Iterator, Mapping

from softdock.mappings.problems import Place, Problem
from softdock.ops.settings.root import Settings

PROOFS = frozenset({"BL", "CQ", "BX"})
IDENTITIES = frozenset({"AA", "AB", "AO"})
"""Fields that say who it is about and whether that is proven."""


def spoilt_messages(
    settings: Settings, file: str, required: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """Where profiles leave out what the standard requires, or have a rule for who it is about.

    `required` has the fields of each message, by its code.
    """
    for name, profile in settings.profiles.items():
        for code, omitted in profile.omit.items():
            for field in sorted(omitted & (required[code] | PROOFS)):
                place = Place(file, path=f"profiles.{name}.omit.{code}")
                yield Problem(place, f"{field} can not be left out of {code}.", "Take it out of the list.")
        for code, rules in profile.extra_fields.items():
            for field in sorted(rules.keys() & (IDENTITIES | PROOFS)):
                place = rules[field].place
                yield Problem(place, f"{field} of {code} is not for a rule to say.", "Take it out.")
        for code, passed in profile.pass_fields.items():
            for field in sorted(passed & (IDENTITIES | PROOFS)):
                place = Place(file, path=f"profiles.{name}.pass_fields.{code}")
                yield Problem(place, f"{field} of {code} is not passed on.", "Take it out of the list.")
