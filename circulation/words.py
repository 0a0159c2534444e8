"""How the closed lists of the vocabulary are declared."""

from enum import Enum


class Word(Enum):
    """A word of a closed list; its value is the word in settings, mapping files, logs and metrics.

    Members hash by identity, as they compare.  `Enum` hashes the name through a Python function, and words are
    looked up in tables and sets a dozen times for each message.
    """

    __hash__ = object.__hash__
