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
    """File with the certificates, in PEM, that must have signed the caller's own; without it, callers need none."""


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
    """Networks of TCP balancers that tell the caller's own address by the PROXY protocol. Only they are believed."""
    limits: Limits = Field(default_factory=Limits)
    """How much the listener takes."""

    @property
    def address(self) -> HostPort:
        """Where it listens."""
        return self.sip2

    @property
    def name(self) -> str:
        """What logs and metrics call it."""
        return f"sip2 {self.sip2}"


class NcipLimits(Section):
    """How much a listener for NCIP over HTTP takes before it refuses."""

    connections: Annotated[int, whole(1, 1_000_000)] = 2000
    """Connections at the same time."""
    per_address: Annotated[int, whole(1, 1_000_000)] = 500
    """Connections at the same time from one address."""
    header_length: Annotated[int, whole(1024, 65536)] = 16384
    """Bytes of what comes before the body of a request."""
    body_length: Annotated[int, whole(4096, 64 * 1024 * 1024)] = 1024 * 1024
    """Bytes of a message. Real ones have a few thousand."""
    header_time: Annotated[Seconds, lasting(1, 3600)] = Seconds(10)
    """Time from the first byte of a request until its headers are complete."""
    body_time: Annotated[Seconds, lasting(1, 3600)] = Seconds(60)
    """Time from the first byte of a request until it is complete."""
    idle_time: Annotated[Seconds, lasting(5, 86400)] = Seconds(60)
    """Time without a request after which a connection is closed."""
    waiting: Annotated[int, whole(1, 1_000_000)] = 1000
    """Requests that may wait for their answers at the same time; what several listeners allow is added up."""


class NcipListener(Section):
    """A port for partners that speak NCIP over HTTP."""

    ncip: Annotated[HostPort, HOST_PORT]
    """Address and port for NCIP over HTTP at the path /ncip, such as 127.0.0.1:8082. Port 0 takes any that is free."""
    tls: Tls | None = None
    """Encryption; without it, everything can be read on its way."""
    proxy: tuple[Annotated[Network, NETWORK], ...] = ()
    """Networks of TCP balancers that tell the caller's own address by the PROXY protocol. Only they are believed."""
    limits: NcipLimits = Field(default_factory=NcipLimits)
    """How much the listener takes."""

    @property
    def address(self) -> HostPort:
        """Where it listens."""
        return self.ncip

    @property
    def name(self) -> str:
        """What logs and metrics call it."""
        return f"ncip {self.ncip}"


class NcipStreamLimits(Section):
    """How much a listener for NCIP over plain TCP takes before it refuses."""

    connections: Annotated[int, whole(1, 1_000_000)] = 2000
    """Connections at the same time."""
    per_address: Annotated[int, whole(1, 1_000_000)] = 500
    """Connections at the same time from one address."""
    body_length: Annotated[int, whole(4096, 64 * 1024 * 1024)] = 1024 * 1024
    """Bytes of a message. Real ones have a few thousand."""
    body_time: Annotated[Seconds, lasting(1, 3600)] = Seconds(60)
    """Time from the first byte of a message until it is complete."""
    idle_time: Annotated[Seconds, lasting(5, 86400)] = Seconds(1800)
    """Time without a message after which a connection is closed."""
    waiting: Annotated[int, whole(1, 1_000_000)] = 1000
    """Messages that may wait for their answers at the same time; what several listeners allow is added up."""


class NcipStreamListener(Section):
    """A port for partners that send NCIP over a TCP connection, without HTTP."""

    stream: Annotated[HostPort, HOST_PORT] = Field(alias="ncip-tcp")
    """Address and port for NCIP over plain TCP, such as 127.0.0.1:6090. Port 0 takes any that is free."""
    tls: Tls | None = None
    """Encryption; without it, everything can be read on its way."""
    proxy: tuple[Annotated[Network, NETWORK], ...] = ()
    """Networks of TCP balancers that tell the caller's own address by the PROXY protocol. Only they are believed."""
    limits: NcipStreamLimits = Field(default_factory=NcipStreamLimits)
    """How much the listener takes."""

    @property
    def address(self) -> HostPort:
        """Where it listens."""
        return self.stream

    @property
    def name(self) -> str:
        """What logs and metrics call it."""
        return f"ncip-tcp {self.stream}"


class OpsListener(Section):
    """A port for the operator's tools."""

    ops: Annotated[HostPort, HOST_PORT]
    """Address and port for /livez, /readyz and /metrics over HTTP, such as 127.0.0.1:8080."""

    @property
    def address(self) -> HostPort:
        """Where it listens."""
        return self.ops

    @property
    def name(self) -> str:
        """What logs and metrics call it."""
        return f"ops {self.ops}"


_KINDS: dict[str, type[Section]] = {
    "sip2": Sip2Listener,
    "ncip": NcipListener,
    "ncip-tcp": NcipStreamListener,
    "ops": OpsListener,
}


def _kind_of(value: object) -> str | None:
    for key, kind in _KINDS.items():
        if isinstance(value, kind) or (isinstance(value, dict) and key in value):
            return f"<{key}>"
    return None


Listener: TypeAlias = Annotated[
    Annotated[Sip2Listener, Tag("<sip2>")]
    | Annotated[NcipListener, Tag("<ncip>")]
    | Annotated[NcipStreamListener, Tag("<ncip-tcp>")]
    | Annotated[OpsListener, Tag("<ops>")],
    Discriminator(
        _kind_of,
        custom_error_type="mistake",
        custom_error_message="{sentence}",
        custom_error_context={
            "sentence": "This listener says neither sip2 nor ncip nor ops.",
            "remedy": "Write it like {sip2: 127.0.0.1:6001}, {ncip: 127.0.0.1:8082} or {ops: 127.0.0.1:8080}.",
        },
    ),
]
"""One listener of any kind."""

KEYS_OF_LISTENERS = tuple(_KINDS)
