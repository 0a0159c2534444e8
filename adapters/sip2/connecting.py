"""How a system is spoken to over each connection."""

from typing import Protocol

from softdock.adapters.connecting import Called
from softdock.adapters.sip2.profile import SystemProfile
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import Seconds
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.dialect import Dialect


class Comes(Called, Protocol):
    """What settings say of how to come to a system, and of how long to wait for it."""

    @property
    def user(self) -> str:
        """Name of the login; "" for none."""

    @property
    def password(self) -> Secret:
        """Its password."""

    @property
    def location(self) -> str:
        """The location that it names."""

    @property
    def timeout(self) -> Seconds:
        """Time for each try of a request."""


def manner_of(profile: SystemProfile, settings: Comes, wire: Dialect) -> Manner:
    """How the system of `profile` is spoken to over each connection."""
    return Manner(
        dialect=wire,
        login=Login(profile.login) if settings.user else Login.NONE,
        user=settings.user,
        password=settings.password,
        location=settings.location,
        status=profile.status,
        print_width=profile.print_width,
        version=profile.version,
        error_detection=profile.error_detection,
        sequence_checked=profile.sequence == "checked",
        repeats=profile.repeats,
        recognises_repeats=profile.recognises_repeats,
        timeout=float(settings.timeout),
        own_timeout=float(settings.connect_timeout),
    )
