"""Requests for people and for programs, with what is secret in them as stars."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, quote_plus

from softdock.cli.tongue import bold, dim, red, say
from softdock.mappings.exchange import FileRequest, HttpRequest, Request, Sip2Request, SqlRequest
from softdock.mappings.files.compiled import Step

STARS: Final = "***"
_ALWAYS_HIDDEN: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_SHORTEST_SECRET: Final = 3
"""Characters: a shorter one is in everything, and stars for it would hide the request."""


def request_object(
    step: Step, request: Request | str, transport: str, base: str, secrets: Collection[str]
) -> dict[str, Any]:
    """What `step` would send, for --json."""
    hide = _Hiding(secrets)
    told: dict[str, Any] = {"step": step.name, "back_end": step.back_end, "transport": transport}
    if isinstance(request, str):
        return told | {"problem": request}
    hidden: dict[str, Any] = hide.all(_parts(request, base))
    return told | hidden


def _parts(request: Request, base: str) -> dict[str, Any]:
    match request:
        case HttpRequest():
            charset = _charset(request)
            body = request.body.decode(charset, "replace")
            return {
                "method": request.method,
                "address": f"{base}{request.path}",
                "query": request.query,
                "query_decoded": _decoded(request.query, charset),
                "headers": [[name, STARS if name.lower() in _ALWAYS_HIDDEN else text] for name, text in request.headers],
                "body": body,
                "body_decoded": _decoded(body, charset) if _is_form(request) else [],
            }  # fmt: skip
        case SqlRequest():
            return {
                "statements": list(request.statements),
                "call": request.call,
                "parameters": {name: str(value) for name, value in request.parameters.items()},
                "arguments": list(request.arguments),
                "out": dict(request.out),
                "changes": request.changes,
            }
        case Sip2Request():
            fields = "".join(f"{name}{text}|" for name, text in request.fields)
            return {"line": f"{request.code}{request.fixed}{fields}", "answer": request.answer}
        case FileRequest():
            line = None if request.line is None else request.line.decode("utf-8", "replace")
            return {"file": request.name, "line": line}


def decoded_parts(request: Request) -> dict[str, Any]:
    """The parts of a request without those that are percent-encoded, which stand there decoded as well."""
    parts = _parts(request, "")
    encoded = {"query"} | ({"body"} if parts.get("body_decoded") else set())
    return {key: value for key, value in parts.items() if key not in encoded}


def _charset(request: HttpRequest) -> str:
    """The charset that the request says of itself."""
    typed = next((text for name, text in request.headers if name.lower() == "content-type"), "")
    charset = typed.partition("charset=")[2].strip() or "utf-8"
    try:
        "".encode(charset)
    except LookupError:
        return "utf-8"
    return charset


def _is_form(request: HttpRequest) -> bool:
    return any(
        "x-www-form-urlencoded" in text for name, text in request.headers if name.lower() == "content-type"
    )


def _decoded(encoded: str, charset: str) -> list[list[str]]:
    """Parameters as people read them: in the charset of the request, or in that of China where it is none."""
    for each in (charset, "gb18030"):
        try:
            pairs = parse_qsl(encoded, keep_blank_values=True, encoding=each, errors="strict")
        except UnicodeDecodeError:
            continue
        return [list(pair) for pair in pairs]
    return [list(pair) for pair in parse_qsl(encoded, keep_blank_values=True, errors="replace")]


class _Hiding:
    """Puts stars in place of secrets, as they are and percent-encoded."""

    def __init__(self, secrets: Collection[str]) -> None:
        forms = {form for each in secrets if len(each) >= _SHORTEST_SECRET for form in (each, quote(each, safe=""), quote_plus(each))}  # fmt: skip
        self._forms = sorted(forms, key=len, reverse=True)

    def all(self, value: Any) -> Any:
        """`value` with stars."""
        if isinstance(value, Mapping):
            return {key: self.all(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.all(each) for each in value]
        if isinstance(value, str):
            for form in self._forms:
                value = value.replace(form, STARS)
        return value


def show_request(told: Mapping[str, Any]) -> None:
    """Print what `request_object` gave."""
    say(bold(f"{told['step']}  ") + dim(f"{told['transport']}, {told['back_end']}"))
    if "problem" in told:
        say(f"  {red(told['problem'])}")
    elif "method" in told:
        query = f"?{told['query']}" if told["query"] else ""
        say(f"  {told['method']} {told['address']}{query}")
        for name, text in told["query_decoded"]:
            say(dim(f"    {name} = {text}"))
        for name, text in told["headers"]:
            say(f"  {name}: {text}")
        for line in told["body"].splitlines():
            say(f"  {line}")
        for name, text in told["body_decoded"]:
            say(dim(f"    {name} = {text}"))
    elif "statements" in told:
        for statement in told["statements"] or [f"call {told['call']}({', '.join(told['arguments'])})"]:
            say(f"  {statement}")
        for name, text in told["parameters"].items():
            say(dim(f"    {name} = {text}"))
    else:
        say("\n".join(f"  {name}: {text}" for name, text in told.items() if name in ("line", "file", "answer") and text))  # fmt: skip
