"""The verb `ncip`: asks a library as a partner does, one service after the other."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import Secret
from softdock.cli.exits import EnvironmentFault, Exit
from softdock.cli.ncip_options import OPTIONS
from softdock.cli.ncip_requests import Given, notification
from softdock.cli.ncip_verbs import NOTIFIED, VERBS, Verb
from softdock.cli.ncip_wire import Address, Asking, Play, of_tcp, of_url, over_the_network
from softdock.cli.tongue import Words, said, say

if TYPE_CHECKING:
    from softdock.protocols.ncip.asking import Initiator
    from softdock.protocols.ncip.client import Answer
    from softdock.protocols.ncip.message import Message
    from softdock.protocols.ncip.transport.replies import Reply

LONGEST_PIN = 1024
MOST_OF_A_FILE = 4 * 1024 * 1024
_VERSIONS = ("2.02", "2.01", "2.0", "1.01", "1.0")
_DEMO = "http://127.0.0.1:8082/ncip"

_NO_MESSAGE: Words = {
    "en": "What came back is no NCIP message: {why}",
    "zh": "收到的应答不是 NCIP 消息：{why}",
}


class Style(Enum):
    """How an answer is shown."""

    TEXT = "text"
    XML = "xml"
    JSON = "json"


@dataclass(slots=True, kw_only=True)
class Partner:
    """Who asks, whom, and how the answers are shown."""

    address: Address
    initiator: "Initiator"
    style: Style
    show_request: bool
    play: Play[Any]

    def ask(self, messages: "Iterable[Message]") -> bool:
        """Ask each over one connection, and show the answers; whether none was a problem."""
        documents = [(message, _written(message)) for message in messages]

        async def asked(who: Asking) -> bool:
            good = True
            for message, document in documents:
                if self.show_request:
                    self._show_request(document)
                answer = await who.ask(message)
                self._show(answer)
                good = good and not answer.problems
            return good

        good: bool = self.played(asked)
        return good

    def send(self, document: bytes) -> bool:
        """Send `document` as it is, and show what comes back; whether that is no problem."""

        async def sent(who: Asking) -> "Reply":
            return await who.send(document)

        from softdock.protocols.ncip.client import Answer  # noqa: PLC0415 - codecs, for who asks
        from softdock.protocols.ncip.codec import Unreadable, read  # noqa: PLC0415

        reply: Reply = self.played(sent)
        try:
            answer = Answer(read(reply.document, reply.charset), reply)
        except Unreadable as why:
            click.echo(reply.document.decode("utf-8", "backslashreplace"))
            raise EnvironmentFault(said(_NO_MESSAGE, why=f"HTTP {reply.status}, {why.detail}")) from None
        self._show(answer)
        return not answer.problems

    def played(self, work: Any) -> Any:
        """What `work` comes to, which is handed who answers.  Raises EnvironmentFault where nobody does."""
        try:
            return self.play(self.address, work)
        except LibrarySystemError as error:
            raise EnvironmentFault(f"No answer from {self.address}: {error}.") from None

    # --- showing --------------------------------------------------------------------------------------

    def _show_request(self, document: bytes) -> None:
        from softdock.cli.ncip_words import hidden  # noqa: PLC0415 - words for who sees them

        click.echo(hidden(document.decode()), err=True)

    def _show(self, answer: "Answer") -> None:
        from softdock.cli.ncip_words import as_object, as_text, hidden, problem_lines, problem_object  # noqa: PLC0415

        body, problems = answer.message.body, answer.problems
        if self.style is Style.XML:
            charset = answer.reply.charset or "utf-8"
            try:
                text = answer.reply.document.decode(charset, "backslashreplace")
            except LookupError:
                text = answer.reply.document.decode("utf-8", "backslashreplace")
            click.echo(hidden(text).rstrip())
        elif self.style is Style.JSON:
            told = {
                "service": body.name,
                "version": answer.message.form.version,
                "problems": [problem_object(each) for each in problems],
                "answer": as_object(body),
            }
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            for problem in problems:
                for line in problem_lines(problem):
                    say(line)
            beside = [each for each in body.children if each.name not in {"Problem", "ResponseHeader"}]
            if not problems or (beside and body.name != "Problem"):
                say(as_text(body))


def _written(message: "Message") -> bytes:
    """The document.  Raises UsageError for what the standard does not take."""
    from softdock.protocols.ncip.codec import InvalidAnswer, write  # noqa: PLC0415 - codecs, for who asks

    try:
        return write(message)
    except InvalidAnswer as why:
        raise click.UsageError(f"The standard does not take this request: {why.detail}") from None


# --- the command --------------------------------------------------------------------------------------


def _secret(text: str | None, file: IO[str] | None = None) -> Secret | None:
    """What is told, or stands in the first line of a file."""
    if file is not None:
        text = file.readline(LONGEST_PIN + 2).rstrip("\r\n")
    return Secret(text) if text else None


_xml = click.option("--xml", "style", flag_value=Style.XML, type=Style, help="Show the answer as it came.")
_json = click.option("--json", "style", flag_value=Style.JSON, type=Style, help="Show one JSON object.")


@click.group(subcommand_metavar="SERVICE [OPTIONS]")
@click.option("--url", help=f"Where to ask over HTTP.  Without it and --tcp: {_DEMO}.")
@click.option("--tcp", metavar="HOST:PORT", help="Where to ask over plain TCP, without HTTP.")
@click.option("--tls", is_flag=True, help="With --tcp: over TLS.")
@click.option("--from-agency", default="", help="Who asks (FromAgencyId).")
@click.option("--to-agency", default="", help="Whose library is asked (ToAgencyId).")
@click.option("--from-system", default="", help="Which system asks (FromSystemId).")
@click.option("--to-system", default="", help="Which system is asked (ToSystemId).")
@click.option("--profile-type", default="", help="What is agreed upon (ApplicationProfileType).")
@click.option(
    "--agency-secret",
    envvar="SOFTDOCK_NCIP_AGENCY_SECRET",
    help="The secret of who asks (FromAgencyAuthentication).",
)
@click.option(
    "--system-secret",
    envvar="SOFTDOCK_NCIP_SYSTEM_SECRET",
    help="The secret of the system that asks (FromSystemAuthentication).",
)
@click.option("--user", default="", help="Get in over HTTP as this user.")
@click.option("--password", envvar="SOFTDOCK_NCIP_PASSWORD", help="Password of the user.")
@click.option("--password-file", type=click.File(encoding="utf-8"), help="A file with it in its first line.")
@click.option("--token", envvar="SOFTDOCK_NCIP_TOKEN", help="Get in over HTTP with this token.")
@click.option(
    "--ca", type=click.Path(path_type=Path), help="Certificates to trust in place of the system's (PEM)."
)
@click.option("--certificate", type=click.Path(path_type=Path), help="Your own certificate (PEM).")
@click.option("--key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.option("--version", type=click.Choice(_VERSIONS), default="2.02", show_default=True, help="Of NCIP.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=30.0,
    show_default=True,
    help="Seconds to wait for an answer.",
)
@click.option("--show-request", is_flag=True, help="Show what is sent as well, on the standard error.")
@_xml
@_json
@click.pass_context
def ncip(
    context: click.Context,
    /,
    *,
    url: str | None,
    tcp: str | None,
    tls: bool,
    from_agency: str,
    to_agency: str,
    from_system: str,
    to_system: str,
    profile_type: str,
    agency_secret: str | None,
    system_secret: str | None,
    user: str,
    password: str | None,
    password_file: IO[str] | None,
    token: str | None,
    ca: Path | None,
    certificate: Path | None,
    key: Path | None,
    version: str,
    timeout: float,
    show_request: bool,
    style: Style | None,
) -> None:
    """Ask a library over NCIP as a partner does, and show the answer.

    Where a service takes numbers, several may be given; they are asked one after the other over one connection.

    Exit code 0 if the answer is good, 1 if it is a problem, 3 if there was none.
    """
    from softdock.protocols.ncip.asking import FORMS, Initiator  # noqa: PLC0415 - for this verb alone

    if url and tcp:
        raise click.UsageError("Give --url or --tcp, not both.")
    if (certificate is None) != (key is None):
        raise click.UsageError("A certificate and its key belong together.")
    told: dict[str, Any] = {
        "timeout": timeout,
        "user": user,
        "password": _secret(password, password_file),
        "token": _secret(token),
        "ca": ca,
        "certificate": certificate,
        "key": key,
    }
    context.obj = Partner(
        address=of_tcp(tcp, tls=tls or ca is not None, **told) if tcp else of_url(url or _DEMO, **told),
        initiator=Initiator(
            form=FORMS[version],
            from_agency=from_agency,
            to_agency=to_agency,
            from_system=from_system,
            to_system=to_system,
            application_profile=profile_type,
            agency_secret=_secret(agency_secret),
            system_secret=_secret(system_secret),
        ),
        style=style or Style.TEXT,
        show_request=show_request,
        play=context.obj or over_the_network,
    )


def _verb(name: str, verb: Verb) -> click.Command:
    """The command for a verb of the table."""
    parameters: list[click.Parameter] = [
        click.Option([f"--{option}"], **OPTIONS[option]) for option in verb.options.split()
    ]
    if verb.subject:
        metavar = f"[{verb.subject.upper()}]..."
        parameters.insert(0, click.Argument(["subjects"], nargs=-1, required=False, metavar=metavar))

    @click.pass_context
    def ask(context: click.Context, /, subjects: tuple[str, ...] = (), **values: Any) -> None:
        partner: Partner = context.obj
        if subjects and verb.subject != "agency" and values.get(verb.subject) is not None:
            raise click.UsageError(f"Give --{verb.subject}, or plain words; not both.")
        given = [
            given_by(partner.initiator.to_agency, values | ({verb.subject: each} if verb.subject else {}))
            for each in subjects or (values.get(verb.subject),)
        ]
        for each in given:
            _check_needs(verb, each)
        messages = [partner.initiator.message(verb.service, verb.build(each)) for each in given]
        context.exit(Exit.GOOD if partner.ask(messages) else Exit.PROBLEMS)

    return click.Command(name, callback=ask, params=parameters, help=verb.help)


def given_by(agency: str, values: dict[str, Any]) -> Given:
    """What a request is made of; a PIN is asked for, or read from its file."""
    known = {name: value for name, value in values.items() if value is not None}
    pin = pin_from(asked=bool(known.pop("pin", False)), file=known.pop("pin_file", None))
    return Given(**({"agency": agency, "pin": pin} | known))


def pin_from(*, asked: bool, file: IO[str] | None) -> Secret | None:
    """The PIN in a file, or from the terminal, or in the first line of the standard input where that is no terminal."""
    if file is not None:
        return _secret(None, file)
    if not asked:
        return None
    if sys.stdin.isatty():
        return _secret(click.prompt("PIN", hide_input=True, err=True))
    return _secret(sys.stdin.readline(LONGEST_PIN + 2).rstrip("\r\n"))


def _check_needs(verb: Verb, given: Given) -> None:
    for need in verb.needs.split():
        if not any(getattr(given, each) for each in need.split("|")):
            wanted = " or ".join(f"--{each}" for each in need.split("|"))
            raise click.UsageError(f"Which {need.split('|')[0]}? Give {wanted}.")


for _name, _each in VERBS.items():
    ncip.add_command(_verb(_name, _each))


def _notify(context: click.Context, /, notice: str, **values: Any) -> None:
    from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind  # noqa: PLC0415 - for this verb alone

    wanted = notice.replace("-", "").casefold()
    names = [name for name, each in SERVICES.items() if each.kind is ServiceKind.NOTIFICATION]
    found = next((name for name in names if name.casefold() == wanted), None)
    if found is None:
        raise click.UsageError(f"There is no notification {notice}. There are {', '.join(names)}.")
    partner: Partner = context.obj
    parts = notification(found, given_by(partner.initiator.to_agency, values))
    good = partner.ask([partner.initiator.message(found, parts)])
    context.exit(Exit.GOOD if good else Exit.PROBLEMS)


ncip.add_command(
    click.Command(
        "notify",
        callback=click.pass_context(_notify),
        params=[
            click.Argument(["notice"], metavar="NAME"),
            *(click.Option([f"--{option}"], **OPTIONS[option]) for option in NOTIFIED.split()),
        ],
        help="Tell that something has happened: ItemShipped, ItemReceived ...",
    )
)


@ncip.command()
@click.argument("file", type=click.File("rb"))
@click.pass_context
def send(context: click.Context, file: IO[bytes]) -> None:
    """Send the document in FILE as it is; - is the standard input."""
    document = file.read(MOST_OF_A_FILE + 1)
    if not document or len(document) > MOST_OF_A_FILE:
        raise click.UsageError("There is nothing to send, or too much.")
    context.exit(Exit.GOOD if context.obj.send(document) else Exit.PROBLEMS)
