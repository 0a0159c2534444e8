"""`libraries`: the member institutions, and the system behind each."""

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from softdock.mappings.positions import Table, placed
from softdock.mappings.written import (
    LOCAL_MOMENT,
    YES_NO,
    ZONE,
    Seconds,
    form,
    lasting,
    line,
    mistake,
    whole,
)
from softdock.ops.settings.ownership import OwnershipRule
from softdock.ops.settings.recovery import Recovery
from softdock.ops.settings.sections import Section, Wording

LIBRARY_ID = form(
    r"[^\s|]{1,64}", "the identifier of a library", "Write up to 64 characters without a blank and without |."
)


class System(Section):
    """A library's own system; keys beyond `adapter` are the adapter's, and are told by it."""

    model_config = ConfigDict(extra="allow")

    adapter: Annotated[str, line()]
    """Name of the adapter that speaks to the system, such as inhouse."""

    _options: Table = PrivateAttr(default_factory=Table)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_places(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        made = handler(value)
        if isinstance(value, dict):
            tree = placed(value)
            if isinstance(tree, Table):
                kept = ((key, node) for key, node in tree.items() if key != "adapter")
                made._options = Table(kept, tree.place)  # noqa: SLF001 - a class method of the class itself
        return made

    @property
    def options(self) -> Table:
        """The adapter's own keys: texts, lists and tables that know their places, for its complaints."""
        return self._options

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no options: they hold passwords under names that only the adapter knows."""
        return [("adapter", self.adapter), ("options", f"<{len(self._options)} keys>")]


class Downtime(Section):
    """A time during which a library's system is not asked.  Its moments carry no zone: they are the library's local time."""

    start: Annotated[datetime, LOCAL_MOMENT] | None = Field(default=None, alias="from")
    """Local date and time at which it begins, such as 2026-12-01T02:00; without one, it has begun."""
    until: Annotated[datetime, LOCAL_MOMENT] | None = None
    """Local date and time at which it ends, such as 2026-12-01T08:00; without one, it lasts until the line is taken out."""
    text: Wording | None = None
    """What patrons are told meanwhile."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.start is not None and self.until is not None and self.until <= self.start:
            raise mistake("This downtime ends before it begins.", "Let until be later than from.")
        return self


class Breaker(Section):
    """When a library's system is left alone because it is away, and for how long."""

    failures: Annotated[int, whole(1, 1000)] = 5
    """So many calls in a row that find it away; operations are refused at once from then on."""
    pause: Annotated[Seconds, lasting(0.5, 3600)] = Seconds(10)
    """Time until it is probed whether it is back; doubled with each probe that fails."""
    longest: Annotated[Seconds, lasting(0.5, 3600)] = Seconds(60)
    """The longest of these pauses."""

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.longest < self.pause:
            raise mistake(
                "The longest pause is shorter than the first.", "Let longest be at least as long as pause."
            )
        return self


class Library(Section):
    """A member institution."""

    name: Wording | None = None
    """Its name, as devices show it; one text, or one for each language. Without one, its identifier serves."""
    isil: Annotated[
        str,
        form(
            r"[A-Z0-9]{1,4}-[A-Za-z0-9/:-]{1,11}", "an ISIL", "Write it like CN-510100-CDL, or leave it out."
        ),
    ] = ""
    """Its International Standard Identifier for Libraries (ISO 15511)."""
    time_zone: Annotated[ZoneInfo, ZONE] = ZoneInfo("Asia/Shanghai")
    """Zone of its local times, by its name in the time zone database."""
    currency: Annotated[str, form(r"[A-Z]{3}", "a currency", "Write its ISO 4217 code, such as CNY.")] = "CNY"
    """Currency of its fees, by its ISO 4217 code."""
    system: System
    """Its system: `adapter` names the kind, the other keys are the adapter's own."""
    deadline: Annotated[Seconds, lasting(0.5, 97)] = Seconds(8)
    """Time within which every operation is answered. Keep it below the patience of the devices."""
    offline: Annotated[bool, YES_NO] = False
    """Whether devices may go on while they cannot reach SoftDock, and report afterwards (SIP2: off-line ok)."""
    downtime: Downtime | None = None
    """A time during which its system is not asked, and patrons are told so."""
    items: tuple[OwnershipRule, ...] = ()
    """Which items are its own: what devices of other libraries ask about them goes to its system. What nobody claims is the device's own library's."""
    patrons: tuple[OwnershipRule, ...] = ()
    """Whose cards are its own patrons', in the same way."""
    concurrent: Annotated[int, whole(1, 100_000)] | None = None
    """Operations that may wait for its system at the same time; more are refused as busy, so that a slow system does not fill SoftDock. Without the key 256, for the embedded library 10000."""
    breaker: Breaker = Field(default_factory=Breaker)
    """When its system is left alone because it is away, and for how long."""
    recovery: Recovery = Field(default_factory=Recovery)
    """What is done about operations whose answer was lost."""
