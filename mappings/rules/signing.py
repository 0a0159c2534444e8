"""Values that sign a request: digests over texts, with a key or without, and the parameters that they are taken over."""

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from softdock.mappings.converters.digests import DIGESTS, digest
from softdock.mappings.documents.charsets import known
from softdock.mappings.positions import Table
from softdock.mappings.rules.source import TEXT, Source
from softdock.mappings.shapes import Found, Kind

if TYPE_CHECKING:
    from softdock.mappings.rules.compiler import RuleCompiler


def digest_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    name, charset = (
        compiler.named(rule, "digest"),
        compiler.named(rule, "charset") if "charset" in rule else "utf-8",
    )
    if name not in DIGESTS:
        compiler.complain(
            rule["digest"].place,
            "This is not the name of a hash.",
            f"There are {', '.join(DIGESTS)}.",
            "signing",
        )
        return None
    written = WRITTEN.get(compiler.named(rule, "write") or "" if "write" in rule else "hex")
    if written is None:
        compiler.complain(
            rule["write"].place, "A digest is not written like this.", "Write hex, HEX or base64.", "signing"
        )
        return None
    if charset is None or known(charset) is None:
        compiler.complain(
            rule["charset"].place, "This charset is not known.", "Write utf-8, gbk or gb18030.", "signing"
        )
        return None
    if "over" not in rule:
        compiler.complain(
            rule.place, "This digest does not say over what.", "Write over and a list of rules.", "signing"
        )
        return None
    readers = [compiler.value(each, TEXT) for each in compiler.listed(rule, "over")]
    key = compiler.value(rule["key"], TEXT) if "key" in rule else None
    between = compiler.between(rule)

    def get(source: Source) -> str:
        text = between.join(each(source) or "" for each in readers)
        secret = None if key is None else (key(source) or "").encode(charset, "replace")
        return written(digest(name, text.encode(charset or "utf-8", "replace"), secret))

    return Found(Kind.TEXT, get)


def parameter_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    name = compiler.named(rule, "parameter")
    return Found(
        Kind.TEXT,
        lambda source: next((text for each, text in source.scope.parameters if each == name), None),
    )


def parameters_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    order = compiler.named(rule, "parameters")
    if order not in ("sorted", "written"):
        compiler.complain(
            rule["parameters"].place,
            "Parameters are taken sorted or as written.",
            "Write sorted or written.",
            "signing",
        )
        return None

    def get(source: Source) -> str:
        pairs = source.scope.parameters
        return "&".join(f"{name}={text}" for name, text in (sorted(pairs) if order == "sorted" else pairs))

    return Found(Kind.TEXT, get)


def body_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found:
    """The body of the request."""
    return Found(Kind.TEXT, lambda source: source.scope.body)


WRITTEN: Final[Mapping[str, Callable[[bytes], str]]] = {
    "hex": bytes.hex,
    "HEX": lambda data: data.hex().upper(),
    "base64": lambda data: base64.b64encode(data).decode("ascii"),
}
"""How what signs or seals is written, by what `write` says."""
