"""Kinds of values which the settings of several adapters hold."""

from pathlib import Path
from typing import Annotated, TypeAlias

from softdock.circulation.identifiers import Secret
from softdock.mappings.written import Written, mistake, text_of


def _secret(value: object) -> Secret:
    """Never quotes what it was given."""
    text = text_of(value, 'Write it by reference, such as "${file:system.pw}".')
    if not text.isprintable():
        raise mistake("This password is more than one line.", "Take the line breaks out.")
    return Secret(text)


Password: TypeAlias = Annotated[Secret, Written(_secret, {"type": "string"})]


def _file(value: object) -> Path:
    text = text_of(value, "Write the path of a file.")
    if not text or "\0" in text:
        raise mistake("This is not the path of a file.", "Write it like ca.pem or /etc/ssl/library.pem.")
    return Path(text)


FilePath: TypeAlias = Annotated[Path, Written(_file, {"type": "string"})]
