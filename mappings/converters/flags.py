"""The converter for what is yes or no."""

from softdock.mappings.converters.declaring import Converter, Declaration, Given, Option
from softdock.mappings.converters.options import TEXTS
from softdock.mappings.problems import quoted
from softdock.mappings.shapes import Kind, Value


def _flag(given: Given) -> Converter:
    yes: tuple[str, ...] = given["yes"]
    no: tuple[str, ...] = given["no"]
    both = next((each for each in yes if each in no), None)
    if both is not None:
        raise given.wrong("no", f"{quoted(both)} cannot mean both.", "Leave one of them out.")
    meanings = {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}
    written = {True: yes[0], False: no[0] if no else None}

    def write(value: Value) -> str | None:
        return written[bool(value)]

    return Converter(Kind.FLAG, meanings.get, write, exact=len(yes) == 1 and len(no) <= 1)


DECLARED = (
    Declaration(
        "flag",
        "A yes or no, by the texts that mean the one and the other; any other text cannot be read.",
        _flag,
        (
            Option("yes", "The text that means yes, or several; the first is written.", TEXTS, required=True),
            Option("no", "The text that means no, or several; the first is written.", TEXTS, ()),
        ),
        argument='{yes: [Y, "1"], no: [N, "0"]}',
        example=("1", "yes"),
        loses="which of several texts it was",
    ),
)
