"""What a system may answer, and nothing else: for the translation of each answer on its own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ncip_partner import finished, v2
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.outcomes import Done
from softdock.protocols.ncip import south
from softdock.protocols.ncip.asking import FORMS, Initiator
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Message

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CQL = LibraryId("CQL")


def a_system(version="2.02", now=NOW, **dialect):
    """A system of the library CQL, whose own name for itself is ILS."""
    return south.System(
        library=CQL,
        zone=ZoneInfo("Asia/Shanghai"),
        currency="CNY",
        now=lambda: now,
        initiator=Initiator(form=FORMS[version], from_agency="SD", to_agency="ILS"),
        dialect=south.SystemDialect(**dialect),
    )


class Telling:
    """A system that gives the answers that it is told to, in order: elements of version 2, messages, or errors."""

    def __init__(self, *answers, system=None, **dialect):
        self.system = system or a_system(**dialect)
        self.answers = list(answers)
        self.asked = []
        """What it was asked, as it can be read again."""

    async def ask(self, message):
        self.asked.append(read(write(message)).body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Message) else read(v2(answer))

    @property
    def services(self):
        """The services that were asked for, in order."""
        return [each.name for each in self.asked]

    def outcome(self, operation):
        """What the answers mean; all of them have to be asked for."""
        outcome = finished(south.perform(operation, south.Talk(self.system, self.ask)))
        assert self.answers == [], "it was not asked for all that it had to tell"
        return outcome

    def done(self, operation):
        """As `outcome`, which is Done."""
        outcome = self.outcome(operation)
        assert isinstance(outcome, Done), outcome
        return outcome.result


def problem(service, *kinds, beside=""):
    """A response of nothing but problems: each a type, or a type with its detail."""
    told = "".join(
        f"<Problem><ProblemType>{kind}</ProblemType>{detail and f'<ProblemDetail>{detail}</ProblemDetail>'}</Problem>"
        for kind, detail in (each if isinstance(each, tuple) else (each, "") for each in kinds)
    )
    return f"<{service}Response>{told}{beside}</{service}Response>"


def item(number="B1"):
    return f"<ItemId><ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


def user(number="R1"):
    return f"<UserId><UserIdentifierValue>{number}</UserIdentifierValue></UserId>"


def request(number="H1"):
    return f"<RequestId><RequestIdentifierValue>{number}</RequestIdentifierValue></RequestId>"


ITEM, USER, REQUEST = item(), user(), request()
