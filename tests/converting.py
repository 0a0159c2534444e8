"""What tests of converters share: making one, and holding it to the law."""

from softdock.mappings.converters import DECLARED, Converter
from softdock.mappings.positions import placed
from softdock.mappings.problems import Problem
from softdock.mappings.shapes import ABSENT


def converter(name, argument=None, zone=None):
    """The converter `name` with the plain `argument`, which has to be right."""
    made = DECLARED[name].make(None if argument is None else placed(argument), zone)
    assert isinstance(made, Converter), made
    return made


def wrong(name, argument, zone=None):
    """What is wrong with `argument` for the converter `name`: path, sentence and remedy."""
    made = DECLARED[name].make(placed({name: argument})[name], zone)
    assert isinstance(made, Problem), made
    return made.place.path, made.sentence, made.remedy


def hold_to_the_law(made, text, *, always=True):
    """What is read is written back the same, or, where something is lost, in a form that is read as the same value.

    Gives the value, None where the text was not read.  Unless `always`, writing may refuse a value, but not alter it.
    """
    value = made.read(text)
    if value is None:
        return None
    if value is ABSENT:
        written = made.write(value) if not made.cannot_write and made.kind.name == "DATE" else None
        assert written is None or made.read(written) is ABSENT
        return value
    if made.cannot_write:
        assert made.write(value) is None
        assert made.read(text) == value
        return value
    written = made.write(value)
    if written is None and not always:
        return value
    assert written is not None, "what was read could not be written"
    if made.exact:
        assert written == text
    assert made.read(written) == value
    return value
