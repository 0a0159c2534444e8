"""How a system is spoken to, and how much of it may be taken up."""

from dataclasses import dataclass, field
from enum import Enum

from softdock.circulation.identifiers import Secret
from softdock.protocols.sip2.client_session import MOST_REPEATS, ClientSession
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.messages import Login as LoginRequest
from softdock.protocols.sip2.messages import ScStatus


class Login(Enum):
    """How a connection is logged in."""

    NONE = "none"
    SIP2 = "sip2"
    TELNET = "telnet"


@dataclass(slots=True, frozen=True, kw_only=True)
class Manner:
    """How a conversation with a system begins and goes on."""

    dialect: Dialect = field(default_factory=Dialect)
    login: Login = Login.NONE
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    location: str = ""
    """CP of the login."""
    status: bool = True
    """Whether the system understands 99: asked after each login, and to see whether it is still there."""
    print_width: int = 0
    version: str = "2.00"
    error_detection: bool = True
    sequence_checked: bool = True
    """False for a system that answers with numbers of its own."""
    repeats: int = MOST_REPEATS
    recognises_repeats: bool = False
    """A change of state may be sent twice: the system answers the second time, and does nothing."""
    timeout: float = 30.0
    """Seconds for each try of a request."""
    own_timeout: float = 5.0
    """The same for what a connection asks for itself: TLS, each step of the login, and the status."""

    def session(self) -> ClientSession:
        """A new conversation."""
        return ClientSession(
            self.dialect,
            error_detection=self.error_detection,
            sequence_checked=self.sequence_checked,
            most_repeats=self.repeats,
        )

    def login_request(self) -> LoginRequest:
        """93."""
        return LoginRequest(
            login_user_id=self.user,
            login_password=self.password.reveal(),
            location_code=self.location or None,
        )

    def status_request(self) -> ScStatus:
        """99."""
        return ScStatus(max_print_width=self.print_width, protocol_version=self.version)


@dataclass(slots=True, frozen=True, kw_only=True)
class Bounds:
    """How many connections there may be, and for how long."""

    connections: int = 8
    waiting: int = 1000
    """Requests that may wait for a connection."""
    idle: float = 300.0
    """Seconds without a request after which a connection is closed; 0 for at once."""
    keep_alive: float = 60.0
    """Seconds of silence after which an idle connection is asked for its status; 0 for never."""
