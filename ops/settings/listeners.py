"""`listen`: where SoftDock can be reached."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag, ValidationInfo, WithJsonSchema
from pydantic.functional_validators import PlainValidator

from softdock.mappings.written import (
    HOST_PORT,
    NETWORK,
    HostPort,
    Network,
    Seconds,
    lasting,
    line,
    mistake,
    shown,
    text_of,
    whole,
)
from softdock.ops.settings.sections import Circumstances, Section


def _readable_file(value: object, info: ValidationInfo) -> Path:
    directory = info.context.directory if isinstance(info.context, Circumstances) else Path()
    path = value if isinstance(value, Path) else directory / text_of(value, "Write the path of a file.")
    if not path.is_file():
        raise mistake(f"{shown(value)} is not a file.", f"Looked for {path.absolute()}.")
    if not os.access(path, os.R_OK):
        raise mistake(f"{shown(value)} cannot be read.", "Let the user that runs SoftDock read it.")
    return path


ReadableFile: TypeAlias = Annotated[Path, PlainValidator(_readable_file), WithJsonSchema({"type": "string"})]


class Tls(Section):
    """Encryption of a listener."""

    certificate: ReadableFile
    """File with the certificate and those that lead to its root, in PEM; relative to the settings file."""
    key: ReadableFile
    """File with the private key of the certificate, in PEM."""
    client_ca: ReadableFile | None = None
    """File with the certificates, in PEM, that must have signed a device's own; without it, devices need none."""


class Limits(Section):
    """How much a listener takes before it refuses."""

    connections: Annotated[int, whole(1, 1_000_000)] = 20_000
    """Connections at the same time."""
    per_address: Annotated[int, whole(1, 1_000_000)] = 1000
    """Connections at the same time from one address."""
    line_length: Annotated[int, whole(256, 65536)] = 8192
    """Bytes of a message; a longer one is dropped, and asked for again (96)."""
    login_time: Annotated[Seconds, lasting(1, 3600)] = Seconds(60)
    """Time within which a device must have logged in."""
    idle_time: Annotated[Seconds, lasting(600, 86400)] = Seconds(1800)
    """Time without a byte after which a connection is closed. Kiosks are silent for minutes, hence at least 10m."""
    failed_logins: Annotated[int, whole(1, 1000)] = 5
    """Failed logins after which a connection is closed."""


class Sip2Listener(Section):
    """A port for devices that speak SIP2."""

    sip2: Annotated[HostPort, HOST_PORT]
    """Address and port for SIP2, such as 127.0.0.1:6001. Port 0 takes any that is free."""
    profile: Annotated[str, line()] = "default"
    """A key under `profiles`: the dialect until a device has logged in."""
    tls: Tls | None = None
    """Encryption; without it, everything can be read on its way."""
    proxy: tuple[Annotated[Network, NETWORK], ...] = ()
    """Networks of TCP balancers that tell a device's own address by the PROXY protocol. Only they are believed."""
    limits: Limits = Field(default_factory=Limits)
    """How much the listener takes."""


class OpsListener(Section):
    """A port for the operator's tools."""

    ops: Annotated[HostPort, HOST_PORT]
    """Address and port for /livez, /readyz and /metrics over HTTP, such as 127.0.0.1:8080."""


_KINDS: dict[str, type[Section]] = {"sip2": Sip2Listener, "ops": OpsListener}


def _kind_of(value: object) -> str | None:
    for key, kind in _KINDS.items():
        if isinstance(value, kind) or (isinstance(value, dict) and key in value):
            return f"<{key}>"
    return None


Listener: TypeAlias = Annotated[
    Annotated[Sip2Listener, Tag("<sip2>")] | Annotated[OpsListener, Tag("<ops>")],
    Discriminator(
        _kind_of,
        custom_error_type="mistake",
        custom_error_message="{sentence}",
        custom_error_context={
            "sentence": "This listener says neither sip2 nor ops.",
            "remedy": "Write it like {sip2: 127.0.0.1:6001} or {ops: 127.0.0.1:8080}.",
        },
    ),
]
