"""A library's system that speaks NCIP, in memory: the demo's library behind a SoftDock, asked in the vocabulary."""

from pathlib import Path

from ncip_partner import CDL, NcipPartner
from softdock.adapters.ncip.ready import load_profile
from softdock.circulation.outcomes import Done
from softdock.protocols.ncip import south
from softdock.protocols.ncip.asking import FORMS, Initiator
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Message
from softdock.protocols.ncip.north.partner import Profile


class NcipBehind:
    """Asks an `NcipPartner`'s SoftDock as its initiator."""

    def __init__(
        self, version: str = "2.02", profile: str = "softdock", partner: NcipPartner | None = None
    ) -> None:
        self.partner = partner or NcipPartner(Profile(show_borrower=True))
        self.system = south.System(
            library=CDL,
            zone=self.partner.system.context.zone,
            currency="CNY",
            now=lambda: self.partner.now,
            initiator=Initiator(form=FORMS[version], from_agency="CQL", to_agency="CDL"),
            dialect=load_profile(profile, Path()).dialect(),
        )
        self.asked: list[str] = []
        """The services that were asked for, in order."""

    async def _ask(self, message: Message) -> Message:
        self.asked.append(message.body.name)
        exchanged = self.partner.send(write(message))
        assert not exchanged.fault
        return read(exchanged.document)

    def outcome(self, operation):
        """What the system makes of `operation`."""
        return self.partner.finished(south.perform(operation, south.Talk(self.system, self._ask)))

    def done(self, operation):
        """As `outcome`, which is Done."""
        outcome = self.outcome(operation)
        assert isinstance(outcome, Done), outcome
        return outcome.result
