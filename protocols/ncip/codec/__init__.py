"""Between bytes and messages, in both directions and all versions.

`read` is lenient and believes nothing: it refuses what could hurt, and else takes names where it finds them.
`write` is strict: it puts in order, and returns nothing that the schema does not take.
"""

from softdock.protocols.ncip.codec.errors import InvalidAnswer, NcipError, Unreadable
from softdock.protocols.ncip.codec.reading import read
from softdock.protocols.ncip.codec.writing import prepare, write

__all__ = ["InvalidAnswer", "NcipError", "Unreadable", "prepare", "read", "write"]
