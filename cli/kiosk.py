"""The verb `kiosk`: plays a self-service device, for one request or at a prompt."""

import json
import shlex
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import click

from softdock.cli.conversation import Answer, Conversation, NoAnswer
from softdock.cli.exits import EnvironmentFault, Exit, Fault
from softdock.cli.requests import OPTIONS, VERBS, Given, Verb
from softdock.cli.wire import Address, Connect, Wire, connect, exchange
from softdock.cli.wording import as_object, as_text, raw_line, says_yes
from softdock.protocols.sip2.charsets import PYTHON_CODECS, Charset
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message

TERMINATORS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}


class Style(Enum):
    """How an answer is shown."""

    FIELDS = "fields"
    RAW = "raw"
    JSON = "json"


@dataclass(slots=True, kw_only=True)
class Setup:
    """What holds for every request of one call."""

    address: Address
    dialect: Dialect
    error_detection: bool
    repeats: int
    user: str
    password: str
    institution: str
    terminal_password: str | None
    language: str
    style: Style
    show_secrets: bool


class Kiosk:
    """A device: connects and logs in when it is first needed, and remembers whose card was shown."""

    def __init__(self, setup: Setup, connect: Connect) -> None:
        self._setup = setup
        self._connect = connect
        self._conversation = self._new_conversation()
        self._wire: Wire | None = None
        self.patron: str | None = None
        self._pin: str | None = None

    def perform(self, name: str, values: dict[str, Any], style: Style | None = None) -> bool:
        """Ask `name` and show the answer, in `style` if this one time; whether the answer is a yes."""
        verb = VERBS[name]
        given = self._given(verb, values)
        request = verb.build(given)
        self._open(log_in=name != "login")
        answer = self._exchange(partial(self._conversation.ask, request))
        if name == "end":
            self.patron = self._pin = None
        elif given.patron:
            self.patron, self._pin = given.patron, given.pin
        return self._show(request, answer, style)

    def send_raw(self, line: str) -> bool:
        """Send `line` and show the answer; whether the answer is a yes."""
        if not line:
            raise click.UsageError("There is nothing to send.")
        self._open(log_in=True)
        try:
            answer = self._exchange(partial(self._conversation.ask_raw, line))
        except UnicodeEncodeError:
            charset = self._setup.dialect.charset.name
            raise click.UsageError(f"The line has characters that {charset} does not have.") from None
        return self._show(None, answer)

    def close(self) -> None:
        """Hang up."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()

    # --- one request ----------------------------------------------------------------------------------

    def _given(self, verb: Verb, values: dict[str, Any]) -> Given:
        setup = self._setup
        known = {name: value for name, value in values.items() if value is not None}
        given = Given(
            now=datetime.now().astimezone(),
            institution=setup.institution,
            terminal_password=setup.terminal_password,
            language=setup.language,
            user=setup.user,
            password=setup.password,
            **known,
        )
        if "patron" in verb.options.split() and given.patron in {None, self.patron}:
            given.patron = self.patron
            given.pin = given.pin if given.pin is not None else self._pin
        for need in verb.needs.split():
            if not any(getattr(given, each) for each in need.split("|")):
                wanted = " or ".join(f"--{each}" for each in need.split("|"))
                raise click.UsageError(f"Which {need.split('|')[0]}? Give {wanted}.")
        return given

    def _open(self, *, log_in: bool) -> None:
        if self._wire is not None:
            return
        self._conversation = self._new_conversation()
        self._wire = self._connect(self._setup.address)
        if log_in and self._setup.user:
            given = Given(
                now=datetime.now().astimezone(), user=self._setup.user, password=self._setup.password
            )
            answer = self._exchange(partial(self._conversation.ask, VERBS["login"].build(given)))
            if answer.message is None or not says_yes(answer.message):
                self.close()
                raise Fault(f"The login of {self._setup.user} was refused.")

    def _new_conversation(self) -> Conversation:
        setup = self._setup
        return Conversation(setup.dialect, error_detection=setup.error_detection, repeats=setup.repeats)

    def _exchange(self, ask: "partial[None]") -> Answer:
        assert self._wire is not None
        ask()
        try:
            return exchange(self._conversation, self._wire, self._setup.address.timeout)
        except NoAnswer as error:
            self.close()
            raise EnvironmentFault(str(error)) from None

    # --- showing --------------------------------------------------------------------------------------

    def _show(self, request: Message | None, answer: Answer, style: Style | None = None) -> bool:
        setup, message = self._setup, answer.message
        style = style or setup.style
        accepted = message is not None and says_yes(message)
        sent, received = (self._line(each) for each in (self._conversation.sent, answer.line))
        if style is Style.JSON:
            told: dict[str, object] = {"sent": sent, "received": received, "accepted": accepted}
            if request is not None:
                told["request"] = as_object(request, show_secrets=setup.show_secrets)
            if message is not None:
                told["answer"] = as_object(message, show_secrets=setup.show_secrets)
            click.echo(json.dumps(told | {"notes": answer.notes}, ensure_ascii=False))
            return accepted
        if style is Style.RAW or message is None:
            click.echo(f"> {sent}\n< {received}")
        else:
            click.echo(as_text(message, show_secrets=setup.show_secrets))
        for note in answer.notes:
            click.echo(f"Note: {note}", err=True)
        if not (accepted or setup.user):
            click.echo("Note: without --user and --password the kiosk does not log in.", err=True)
        return accepted

    def _line(self, data: bytes) -> str:
        dialect = self._setup.dialect
        text = dialect.charset.decode_with_replacement(data)
        return raw_line(text, dialect.delimiter, show_secrets=self._setup.show_secrets)


# --- the command --------------------------------------------------------------------------------------


def _one_character(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if len(value) != 1 or not value.isascii() or value.isalnum():
        raise click.BadParameter("It has to be one ASCII character, and no letter or digit.")
    return value


_raw = click.option("--raw", "style", flag_value=Style.RAW, type=Style, help="Show the lines as on the wire.")
_json = click.option("--json", "style", flag_value=Style.JSON, type=Style, help="Show one JSON object.")


@click.group(invoke_without_command=True, subcommand_metavar="[VERB [OPTIONS]]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=6001, show_default=True)
@click.option("--user", default="", help="Log in as this user (93).")
@click.option("--password", envvar="SOFTDOCK_KIOSK_PASSWORD", help="Password of the login.")
@click.option("--institution", default="", help="The institution (AO).")
@click.option("--terminal-password", help="The terminal's password (AC).")
@click.option("--language", default="000", show_default=True, help="SIP2's code: 001 English, 019 Chinese.")
@click.option("--error-detection/--no-error-detection", default=True, help="Send and verify AY and AZ.")
@click.option("--charset", type=click.Choice(list(PYTHON_CODECS)), default="utf-8", show_default=True)
@click.option("--terminator", type=click.Choice(list(TERMINATORS)), default="cr", show_default=True)
@click.option("--delimiter", default="|", show_default=True, callback=_one_character)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=10.0,
    show_default=True,
    help="Seconds for each try.",
)
@click.option(
    "--repeats",
    type=click.IntRange(0, 9),
    default=2,
    show_default=True,
    help="Further tries, with error detection.",
)
@click.option("--tls", is_flag=True, help="Connect with TLS.")
@click.option(
    "--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Certificates to trust (PEM)."
)
@_raw
@_json
@click.option("--show-secrets", is_flag=True, help="Show passwords and PINs.")
@click.pass_context
def kiosk(
    context: click.Context,
    /,
    *,
    style: Style | None,
    user: str,
    password: str | None,
    **options: Any,
) -> None:
    """Play a kiosk: ask a SIP2 server for something, and show the answer field by field.

    Without a verb, a prompt takes one verb after the other and remembers the patron.  Options of a verb come
    behind it: softdock kiosk checkout --help.

    Exit code 0 if the answer is a yes, 1 if it is a no, 3 if there was none.
    """
    if user and password is None:
        interactive = sys.stdin.isatty()
        password = click.prompt("Password", hide_input=True, default="", err=True) if interactive else ""
    setup = Setup(
        address=Address(*(options.pop(each) for each in ("host", "port", "timeout", "tls", "ca"))),
        dialect=Dialect(
            charset=Charset(options.pop("charset")),
            terminator=TERMINATORS[options.pop("terminator")],
            delimiter=options.pop("delimiter"),
            field_length=0,
        ),
        style=style or Style.FIELDS,
        user=user,
        password=password or "",
        **options,
    )
    player = context.obj = Kiosk(setup, context.obj or connect)
    context.call_on_close(player.close)
    if context.invoked_subcommand is None:
        _prompt(context, player)


def _verb(name: str, verb: Verb) -> click.Command:
    """The command for a verb of the table."""
    parameters: list[click.Parameter] = [
        click.Option([f"--{option}"], **OPTIONS[option]) for option in verb.options.split()
    ]
    if verb.subject:
        parameters.insert(0, click.Argument(["subject"], required=False, metavar=f"[{verb.subject.upper()}]"))

    @click.pass_context
    def ask(
        context: click.Context, /, subject: str | None = None, style: Style | None = None, **values: Any
    ) -> None:
        if subject is not None:
            if values.get(verb.subject) not in {None, subject}:
                raise click.UsageError(f"Two values for --{verb.subject}.")
            values[verb.subject] = subject
        context.exit(Exit.GOOD if context.obj.perform(name, values, style) else Exit.PROBLEMS)

    return _raw(_json(click.Command(name, callback=ask, params=parameters, help=verb.help)))


for _name, _each in VERBS.items():
    kiosk.add_command(_verb(_name, _each))


@kiosk.command()
@click.argument("line")
@click.pass_context
def raw(context: click.Context, line: str) -> None:
    """Send LINE as it is; AY and AZ are added unless it has its own."""
    context.exit(Exit.GOOD if context.obj.send_raw(line) else Exit.PROBLEMS)


# --- the prompt ---------------------------------------------------------------------------------------


def _prompt(context: click.Context, player: Kiosk) -> None:
    """Take one verb after the other, until `quit` or the end of the input."""
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - input() has a history with it, where Python was built with it
    click.echo("Type help for the verbs, quit to leave.")
    while True:
        try:
            line = input(f"{player.patron or 'kiosk'}> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        if line in {"quit", "exit"}:
            return
        if line:
            _take(context, line)


def _take(context: click.Context, line: str) -> None:
    name, _, rest = line.partition(" ")
    try:
        words = [rest.strip()] if name == "raw" else shlex.split(rest)
        command = kiosk.commands.get(name)
        if name == "help":
            click.echo(_help(context, words))
        elif command is None:
            raise click.UsageError(f"There is no verb {name}. Type help for those that there are.")
        else:
            with command.make_context(name, words, parent=context) as inner:
                command.invoke(inner)
    except click.exceptions.Exit:
        pass  # the verb's exit code, which nobody asks for here
    except click.UsageError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        error.show()
    except ValueError as error:
        click.echo(f"{error}.", err=True)  # shlex: a quotation that does not end


def _help(context: click.Context, words: Iterable[str]) -> str:
    for word in words:
        command = kiosk.commands.get(word)
        if command is not None:
            return command.get_help(click.Context(command, context, info_name=word))
    verbs = [f"  {name:12} {command.get_short_help_str(60)}" for name, command in kiosk.commands.items()]
    return "\n".join(["The patron is remembered until end.  help VERB tells of its options.", *verbs])
