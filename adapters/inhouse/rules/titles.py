"""Looking a title up, by whichever number or name."""

from softdock.adapters.inhouse.isbn import isbn_in
from softdock.adapters.inhouse.rules.items import item_view
from softdock.adapters.inhouse.rules.queues import FOR_STAFF
from softdock.adapters.inhouse.snapshot import Snapshot, Title
from softdock.circulation.identifiers import TitleId
from softdock.circulation.operations import LookupTitle
from softdock.circulation.outcomes import Done, Refused, TitleReport
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason


def lookup_title(snapshot: Snapshot, wish: LookupTitle) -> AnyOutcome:
    """A known title is described with all of its copies, each as it stands."""
    title = title_called(snapshot, wish.title)
    if title is None:
        return Refused(Reason.TITLE_UNKNOWN)
    copies = tuple(map(item_view, title.copies))
    return Done(
        TitleReport(
            title.id,
            title.text,
            next((item.author for item in copies if item.author), ""),
            copies,
            sum(hold.kind not in FOR_STAFF for hold in title.queue),
        )
    )


def title_called(snapshot: Snapshot, name: TitleId) -> Title | None:
    """The title of this number, else of this name, else with this ISBN."""
    found = snapshot.titles.get(name)
    if found is None and (isbn := isbn_in(name)) is not None and isbn != name:
        found = snapshot.titles.get(TitleId(isbn))
    return found
