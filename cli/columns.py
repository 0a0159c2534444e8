"""Tables for people who look at a terminal."""

from collections.abc import Sequence

from softdock.protocols.sip2.charsets import display_width


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """`rows` in columns; a Chinese character takes two places."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
