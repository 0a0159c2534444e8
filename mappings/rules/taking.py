"""Where the values of rules come from: the reply, the operation, settings, what was kept, and what is made of several."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import quoted, suggestion
from softdock.mappings.rules.sealing import encrypt_taken, sign_taken
from softdock.mappings.rules.signing import body_taken, digest_taken, parameter_taken, parameters_taken
from softdock.mappings.rules.source import AMOUNT, TEXT, OfDocument, Reader, Source
from softdock.mappings.shapes import Found, Kind, Value

if TYPE_CHECKING:
    from softdock.mappings.rules.compiler import RuleCompiler


def no_value(source: Source) -> None:
    """Stand in for what could not be compiled; never called."""


def from_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    if compiler.ground.document is None:
        return asked_taken(compiler, rule, target, "from")
    path = compiler.path(rule, "from")
    found = None if path is None else compiler.told(rule["from"].place, compiler.ground.document.at(path))
    if found is None:
        return None
    return Found(found.kind, OfDocument(found.get), found.words, found.values)


def asked_taken(compiler: "RuleCompiler", rule: Table, target: Found, verb: str = "asked") -> Found | None:
    path = compiler.named(rule, verb)
    found = None if path is None else compiler.told(rule[verb].place, compiler.ground.asked.at(path))
    if found is None:
        return None
    get = found.get
    return Found(found.kind, lambda source: get(source.scope.asked), found.words, found.values, found.day)


def setting_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    name = compiler.named(rule, "setting")
    if name is None:
        return None
    settings = compiler.ground.settings
    if name not in settings:
        remedy = suggestion(name, list(settings), "There are") or "Declare it under settings: of the adapter."
        compiler.complain(
            rule["setting"].place, f"There is no setting named {quoted(name)}.", remedy, "setting"
        )
        return None
    if name in compiler.ground.secrets and compiler.ground.document is not None:
        compiler.complain(
            rule["setting"].place,
            f"{quoted(name)} is a secret, which no reply shows.",
            "Take something else.",
            "redact",
        )
        return None
    value = settings[name]
    return Found(Kind.TEXT, lambda _: value)


def kept_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    name = compiler.named(rule, "kept")
    if name is None:
        return None
    found = compiler.ground.kept.get(name)
    if found is None:
        remedy = (
            suggestion(name, list(compiler.ground.kept), "So far there are")
            or "Keep it in an earlier step: keep: {name: path}."
        )
        compiler.complain(rule["kept"].place, f"No earlier step keeps {quoted(name)}.", remedy, "kept")
        return None
    return Found(found.kind, lambda source: source.scope.kept.get(name), found.words, found.values, found.day)


def first_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found:
    """Texts, which converters make something of afterwards."""
    bare = Table([(key, node) for key, node in rule.items() if key == "first_of"], rule.place)
    return Found(Kind.TEXT, compiler.alternatives(bare, TEXT))


def join_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found:
    readers = [compiler.value(each, TEXT) for each in compiler.listed(rule, "join")]
    between = compiler.between(rule)

    def get(source: Source) -> str | None:
        return between.join(text for each in readers if (text := each(source))) or None

    return Found(Kind.TEXT, get)


def all_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    path = compiler.path(rule, "all")
    get = None if path is None else compiler.told(rule["all"].place, compiler.ground.document.all(path))  # type: ignore[union-attr]
    between = compiler.between(rule)
    return (
        None
        if get is None
        else Found(Kind.TEXT, lambda source: between.join(filter(None, get(source.here))) or None)
    )


def count_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    many = _many(compiler, rule, "count")
    if many is None:
        return None
    if "where" not in rule:
        return Found(Kind.NUMBER, lambda source: len(many(source.here)))
    holds = compiler.condition(rule["where"])
    return Found(
        Kind.NUMBER,
        lambda source: sum(1 for here in many(source.here) if holds(Source(here, source.scope))),
    )


def _many(compiler: "RuleCompiler", rule: Table, verb: str) -> Callable[[Any], Any] | None:
    path = compiler.path(rule, verb)
    found = None if path is None else compiler.told(rule[verb].place, compiler.ground.document.each(path))  # type: ignore[union-attr]
    return None if found is None else found.get


def sum_taken(compiler: "RuleCompiler", rule: Table, target: Found) -> Found | None:
    many = _many(compiler, rule, "sum")
    if many is None:
        return None
    if "of" not in rule:
        compiler.complain(
            rule.place,
            "This sum does not say what it adds.",
            "Write of and a rule, such as {from: fee, as: [money]}.",
        )
        return None
    amount = compiler.value(rule["of"], AMOUNT)
    holds = compiler.condition(rule["where"]) if "where" in rule else None

    def get(source: Source) -> Decimal | None:
        total, seen = Decimal(0), False
        for here in many(source.here):
            each = Source(here, source.scope)
            if holds is not None and not holds(each):
                continue
            value = amount(each)
            if value is not None:
                total, seen = total + value, True
        return total if seen else None

    return Found(Kind.AMOUNT, get)


def looked_up(compiler: "RuleCompiler", node: Node, get: Reader) -> Reader:
    """The value of `get` as a key of a table in the same reply."""
    path: Node = node
    key: Node = Text("", node.place)
    take: Node | None = None
    if isinstance(node, Table):
        for name in node:
            if name not in ("in", "key", "take"):
                compiler.complain(
                    node.key_place(name),
                    f"{quoted(name)} is not known here.",
                    "There are in, key and take.",
                    "lookup",
                )
        path, key, take = node.get("in", Text("", node.place)), node.get("key", key), node.get("take")
    document = compiler.ground.document
    if (
        document is None
        or not (isinstance(path, Text) and path and isinstance(key, Text))
        or isinstance(take, Series | Table)
    ):
        compiler.complain(
            node.place,
            "lookup names a table of the reply by its path.",
            "Write lookup: path, or {in: path, key: path, take: path}.",
            "lookup",
        )
        return no_value
    if not all(compiler.readable(node.place, str(each)) for each in (path, key, take or "")):
        return no_value
    if take is None and not document.itself:
        compiler.complain(
            node.place,
            "An entry of this table is no text of its own.",
            "Write take: and a path within it.",
            "lookup",
        )
        return no_value
    table = compiler.told(path.place, document.table(str(path), str(key)))
    taken = compiler.told(node.place, document.at(document.itself if take is None else str(take)))
    if table is None or taken is None:
        return no_value

    def looked_up(source: Source) -> Value | None:
        value = get(source)
        entry = None if value is None else table.get(source.here, str(value))
        return None if entry is None else taken.get(entry)

    return looked_up


TAKERS: Final[Mapping[str, Callable[["RuleCompiler", Table, Found], Found | None]]] = {
    "from": from_taken,
    "setting": setting_taken,
    "asked": asked_taken,
    "kept": kept_taken,
    "first_of": first_taken,
    "join": join_taken,
    "all": all_taken,
    "count": count_taken,
    "sum": sum_taken,
    "digest": digest_taken,
    "parameter": parameter_taken,
    "parameters": parameters_taken,
    "body": body_taken,
    "sign": sign_taken,
    "encrypt": encrypt_taken,
}
"""By verb, what takes the value; None where that cannot be, which the compiler has noted."""
