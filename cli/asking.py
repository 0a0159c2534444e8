"""Asking a running SoftDock on this machine, over its admin socket."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from softdock.cli.exits import EnvironmentFault, Fault
from softdock.mappings.problems import ProblemsFound

PATIENCE = 10.0
"""Seconds to wait for the next line of an answer, unless it is one that takes its time."""

Command = TypeVar("Command", bound=Callable[..., Any])


def whom(command: Command) -> Command:
    """Add the options that say which SoftDock is asked, as `socket_path` and `settings`."""
    given = click.option(
        "--socket",
        "socket_path",
        type=click.Path(path_type=Path),
        help="The admin socket; as a rule it is found by the settings.",
    )
    found = click.option(
        "-c",
        "--config",
        "settings",
        envvar="SOFTDOCK_CONFIG",
        type=click.Path(path_type=Path),
        help="The settings of the running SoftDock.  Without them, the demo's.",
    )
    return given(found(command))


def where(socket_path: Path | None, settings: Path | None) -> Path:
    """The path of the admin socket.  Raises EnvironmentFault if that cannot be found out."""
    if socket_path is not None:
        return socket_path
    from softdock.ops import settings as s  # noqa: PLC0415 - not needed where the path is given

    try:
        path = s.admin_path(settings) if settings is not None else s.demo_settings().admin
    except ProblemsFound as found:
        raise EnvironmentFault(str(found)) from None
    if path is None:
        raise EnvironmentFault(f"{settings} names no admin socket. Add a line to it: admin: softdock.sock")
    return path


def ask(
    path: Path, question: Mapping[str, object], patience: float | None = PATIENCE
) -> Iterator[dict[str, Any]]:
    """The lines of the answer, the end included.  Raises Fault for a refusal, EnvironmentFault if nobody answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(PATIENCE)
        try:
            asking.connect(str(path))
            asking.sendall(json.dumps(question).encode() + b"\n")
            asking.settimeout(patience)
            with asking.makefile("rb") as answer:
                for text in answer:
                    line = json.loads(text)
                    if "error" in line:
                        raise Fault(line["error"])
                    yield line
                    if "end" in line:
                        return
        except PermissionError:
            raise EnvironmentFault(f"Only the user that runs SoftDock may ask it at {path}.") from None
        except TimeoutError:
            raise EnvironmentFault(f"The SoftDock at {path} does not answer in time.") from None
        except OSError as error:  # which a path that is too long is as well
            said = (error.strerror or str(error)).lower()
            raise EnvironmentFault(f"No SoftDock answers at {path}: {said}.") from None
    raise EnvironmentFault(f"The SoftDock at {path} broke off its answer.")
