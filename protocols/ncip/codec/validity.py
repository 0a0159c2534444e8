"""Whether somebody's document is what its version wants, to the letter: reading it is one thing, this another."""

from softdock.protocols.ncip.codec.documents import NotXml, root_of
from softdock.protocols.ncip.codec.reading import read
from softdock.protocols.ncip.codec.writing import without_values
from softdock.protocols.ncip.schema import NAMESPACE, schema


def complaint(document: bytes, charset: str = "") -> str:
    """What the schema of its version has against `document`, without values of it; "" where it takes it.

    Raises Unreadable for what is no message at all.
    """
    family = read(document, charset).form.family
    try:
        root, _ = root_of(document, charset)
    except NotXml as why:
        return str(why)
    checking = schema(family)
    if checking.validate(root):
        return ""
    return without_values(str(checking.error_log[0].message)).replace(f"{{{NAMESPACE}}}", "")
