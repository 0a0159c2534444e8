"""The verbs under `simulate`: a library's system to try things against."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import click

from softdock.cli.exits import EnvironmentFault

_port = click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port of HTTP; 0 for a free one."
)  # fmt: skip


@click.group()
def simulate() -> None:
    """Play a library's system, to try an adapter against it.

    It listens on this machine alone, begins with the same books every time, and plays until SIGTERM or SIGINT.
    """


@simulate.command()
@_port
def interlib(port: int) -> None:
    """Play Interlib, with the openlib service."""
    from softdock.kit.simulators.interlib import service  # noqa: PLC0415 - for this verb alone

    async def started(reactor: Any) -> tuple[_Running, list[str]]:
        running = await service.start_interlib(reactor, port)
        return running, [
            f"Interlib answers at {running.url}",
            f"It gives tokens to the appid {service.APPID} with the secret {service.SECRET}.",
            "A reader to try: 8600000001 with the password 246810, and the item 01000001.",
        ]

    _play(started)


@simulate.command()
@_port
@click.option("--sip2-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port of SIP2; 0 for a free one.")  # fmt: skip
def aleph(port: int, sip2_port: int) -> None:
    """Play ALEPH, with its X-Server, its SIP2 server and a part of its RESTful service."""
    from softdock.kit.simulators.aleph import running as a  # noqa: PLC0415 - for this verb alone
    from softdock.kit.simulators.aleph import sip2, xserver  # noqa: PLC0415

    async def started(reactor: Any) -> tuple[_Running, list[str]]:
        running = await a.start_aleph(reactor, port, sip2_port=sip2_port)
        return running, [
            f"ALEPH answers at {running.url}X and {running.url}rest-dlf/",
            f"Its SIP2 server is 127.0.0.1:{running.sip2_port}",
            f"The X-Server knows the user {xserver.USER} with the password {xserver.PASSWORD}.",
            f"The SIP2 server knows the user {sip2.USER} with the password {sip2.PASSWORD}.",
            "A reader to try: 8700000001 with the password 135790, and the item 02000001.",
        ]

    _play(started)


@simulate.command()
@_port
def house(port: int) -> None:
    """Play a system that a library has written for itself, with a REST interface in JSON.

    `softdock adapter new NAME` makes an adapter folder that fits it.
    """
    from softdock.kit.simulators.house import rest  # noqa: PLC0415 - for this verb alone

    async def started(reactor: Any) -> tuple[_Running, list[str]]:
        running = await rest.start_rest(reactor, port)
        return running, [
            f"The house's system answers at {running.url.rstrip('/')}",
            f"It gives tokens to the client {rest.CLIENT} with the secret {rest.SECRET}.",
            "A reader to try: 80000001 with the password 135790, and the item GC000001.",
        ]

    _play(started)


_MANNERS = ("standard", "folio", "koha", "alma", "xc", "version-1")
_TRANSPORTS = ("http", "http-1.0", "tcp")


@simulate.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port of NCIP; 0 for a free one.")  # fmt: skip
@click.option("--manner", type=click.Choice(_MANNERS), default="standard", show_default=True, help="Which program's NCIP it is.")  # fmt: skip
@click.option("--transport", type=click.Choice(_TRANSPORTS), default="http", show_default=True, help="How messages are carried.")  # fmt: skip
def ncip(port: int, manner: str, transport: str) -> None:
    """Play a system that speaks NCIP, in the manner of a program that does.

    `standard` keeps to NCIP 2.02 to the letter; the others do what is known of FOLIO, Koha, Alma, the toolkit of
    eXtensible Catalog, and systems with version 1.
    """
    from softdock.kit.simulators.ncip import running as n  # noqa: PLC0415 - for this verb alone
    from softdock.kit.simulators.ncip.manners import MANNERS  # noqa: PLC0415

    async def started(reactor: Any) -> tuple[_Running, list[str]]:
        running = await n.start_ncip(reactor, port, manner=MANNERS[manner], transport=n.Transport(transport))
        return running, [
            f"The system answers at {running.url}",
            f"Its library is {n.LIBRARY}; it knows the partner {n.PARTNER}, as FromAgencyId and ApplicationProfileType.",
            "A reader to try: 8500000001 with the PIN 975310, and the item 05000001.",
        ]

    _play(started)


class _Running(Protocol):
    async def stop(self) -> None: ...


def _play(started: Callable[[Any], Coroutine[Any, Any, tuple[_Running, list[str]]]]) -> None:
    """Start, say where it answers, and play until a signal comes."""
    from twisted.internet import reactor as installed  # noqa: PLC0415 - importing it installs it
    from twisted.internet.defer import Deferred  # noqa: PLC0415
    from twisted.internet.error import CannotListenError  # noqa: PLC0415

    reactor: Any = installed
    failed: list[Exception] = []

    async def begin() -> None:
        try:
            running, lines = await started(reactor)
        except CannotListenError as error:
            failed.append(EnvironmentFault(f"Port {error.port} cannot be listened on: {error.socketError}."))
        except Exception as error:  # noqa: BLE001 - raised again, once the reactor has stopped
            failed.append(error)
        else:
            reactor.addSystemEventTrigger(
                "before", "shutdown", lambda: Deferred.fromCoroutine(running.stop())
            )
            click.echo("\n".join(lines))
            return
        reactor.stop()

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(begin()))
    reactor.run()
    if failed:
        raise failed[0]
