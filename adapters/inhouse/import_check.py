"""Checking an import file as a whole, so that nothing of a faulty one gets into the books.

Told are all mistakes at once: of form in the order of the file, then what one place says of another.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import BinaryIO, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from softdock.adapters.inhouse import import_format as f
from softdock.adapters.inhouse.import_records import (
    Converter,
    KindOfPatron,
    NameOfTitle,
    terms_of,
    title_of,
)
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.snapshot import House
from softdock.adapters.inhouse.streaming import NotJson, Part, parts_of
from softdock.mappings.complaints import Complaint, complaints

TOLD_AT_MOST = 1000
"""Complaints; a file with more of them is wrong as a whole."""

_Checked = TypeVar("_Checked")


class ImportFileError(ValueError):
    """An import file cannot be read.  `complaints` names every place and what is wrong there."""

    def __init__(self, found: Iterable[Complaint]) -> None:
        self.complaints = tuple(found)
        super().__init__("\n".join(f"{place}: {sentence}" for place, sentence in self.complaints))


class KnownBooks(Protocol):
    """Books that a file may refer to, because it is to be taken into them."""

    pin_key_mark: str | None
    """Tells the key under which their PINs are hashed; None if they have none yet."""
    policies: PolicyBook
    """What holds where the file says nothing."""
    branches: Mapping[str, str]
    """Which branch a location belongs to, where the file says nothing."""

    def patrons(self, ids: Iterable[str]) -> Mapping[str, KindOfPatron]:
        """Those of `ids` that are patrons there."""

    def items(self, ids: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """Those of `ids` that are items there, with their titles."""

    def titles(self, names: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """Those of `names` that are titles there."""


class EmptyBooks:
    """Implements `KnownBooks` where there is nothing yet."""

    def __init__(self, pin_key_mark: str | None) -> None:
        self.pin_key_mark = pin_key_mark
        self.policies = PolicyBook({})
        self.branches: Mapping[str, str] = {}

    def patrons(self, ids: Iterable[str]) -> Mapping[str, KindOfPatron]:
        """See `KnownBooks`."""
        return {}

    def items(self, ids: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """See `KnownBooks`."""
        return {}

    def titles(self, names: Iterable[str]) -> Mapping[str, NameOfTitle]:
        """See `KnownBooks`."""
        return {}


def about(hold: f.Hold) -> tuple[str, str]:
    """What `hold` names: an item or a title, and which."""
    return ("title", hold.title or "") if hold.item is None else ("item", hold.item)


_POLICIES: TypeAdapter[dict[str, f.Policy]] = TypeAdapter(dict[f.Id, f.Policy])
_LIBRARY: TypeAdapter[f.Library] = TypeAdapter(f.Library)
_PATRON: TypeAdapter[f.Patron] = TypeAdapter(f.Patron)
_ITEM: TypeAdapter[f.Item] = TypeAdapter(f.Item)
_LOAN: TypeAdapter[f.Loan] = TypeAdapter(f.Loan)
_RETURN: TypeAdapter[f.Return] = TypeAdapter(f.Return)
_HOLD: TypeAdapter[f.Hold] = TypeAdapter(f.Hold)
_ENDED_HOLD: TypeAdapter[f.EndedHold] = TypeAdapter(f.EndedHold)
_LISTS = frozenset({"patrons", "items", "loans", "returns", "holds", "ended_holds"})
_TABLES = frozenset({"library", "policies"})


class FileCheck:
    """One check of one file; what it has learned of the file stands in its attributes."""

    def __init__(self, house: House, now: datetime, known: KnownBooks, *, may_seal: bool) -> None:
        self.library = f.Library()
        self.policies = known.policies
        self.branches = known.branches
        self.highest_number = 0
        self.kinds: dict[str, KindOfPatron] = {}
        """Of the file's patrons."""
        self.holds: list[f.Hold] = []
        self.titles: dict[tuple[str, str], NameOfTitle] = {}
        """What the holds are for, by what they name."""
        self._hold_places: dict[tuple[str, str], str] = {}
        self._house = house
        self._known = known
        self._may_seal = may_seal
        self._complaints: list[Complaint] = []
        self._convert = Converter(house, now, self.library, self.policies, self._complain)
        self._seen: set[str] = set()
        self._first: dict[str, dict[str, int]] = {"patrons": {}, "items": {}, "returns": {}, "holds": {}}
        self.lent: set[str] = set()
        """Items that have a loan in the file."""
        self._has_hashes = False
        self._broken = False
        self._referred: list[tuple[str, str, str]] = []
        """What had not come in the file when it was referred to: the place, the kind, and the name."""
        self._without_due: set[str] = set()
        """Patrons from whose terms the due date of a loan follows."""

    def go_through(self, file: BinaryIO) -> None:
        """Look at every part of `file`."""
        try:
            for part in parts_of(file):
                self._part(part)
        except NotJson as error:
            self._broken = True
            self._complain("", str(error))

    @property
    def needs_titles(self) -> bool:
        """Whether the file has to be gone through for the titles that holds are for."""
        return bool(self.titles) and not self._broken

    def find_titles(self, file: BinaryIO) -> None:
        """Look for the titles that holds are for: by number, and only then by what they are called."""
        called: dict[str, NameOfTitle] = {}
        for part in parts_of(file):
            if part.name == "items" and part.place is not None and part.place >= 0:
                try:
                    item = f.Item.model_validate(part.value)
                except ValidationError:  # told already; it is there all the same
                    names = [_said(part.value, key) for key in ("id", "title_id", "title")]
                    for kind, name in zip(("item", "title", "title"), names, strict=True):
                        if self.titles.get((kind, name)) is _UNKNOWN:
                            self.titles[kind, name] = _FAULTY
                    continue
                title = title_of(item)
                for key in (("item", item.id), ("title", title[0])):
                    if self.titles.get(key) is _UNKNOWN:
                        self.titles[key] = title
                if ("title", title[1]) in self.titles:
                    called.setdefault(title[1], title)
        for text, title in called.items():
            if self.titles["title", text] is _UNKNOWN:
                self.titles["title", text] = title

    def conclude(self) -> None:
        """Look at what one place says of another.  Raises ImportFileError if anything was wrong."""
        if not self._broken:  # else nobody knows what the rest of the file would have brought
            self._references()
            self._hold_titles()
        for item in self.lent & self._first["returns"].keys():
            place = f"returns[{self._first['returns'][item]}].loan.item"
            self._complain(place, "This item is lent, and was not returned since.")
        if self._has_hashes:
            self._hashes()
        if self._complaints:
            raise ImportFileError(self._complaints[:TOLD_AT_MOST])

    # --- part by part ---------------------------------------------------------------------------------

    def _complain(self, place: str, sentence: str) -> None:
        self._complaints.append((place, sentence))

    def _part(self, part: Part) -> None:
        name, index, value = part
        if index is None or index < 0:
            if name in self._seen:
                self._complain(name, "This key is here twice.")
            self._seen.add(name)
            if name not in _LISTS and name not in _TABLES:
                self._complain(name, "This key is not known.")
            elif (index is None) is (name in _LISTS):
                form = "a list" if name in _LISTS else "a table of keys and values"
                self._complain(name, f"Write {form}.")
            elif name == "library":
                self._take_library(value)
            elif name == "policies":
                self._take_policies(value)
        elif name in _LISTS:
            getattr(self, f"_{name}")(f"{name}[{index}]", index, value)

    def _valid(self, adapter: "TypeAdapter[_Checked]", place: str, value: object) -> _Checked | None:
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            for inside, sentence in complaints(error.errors(include_url=False)):
                self._complain(f"{place}.{inside}" if inside else place, sentence)
            return None

    def _take_library(self, value: object) -> None:
        library = self._valid(_LIBRARY, "library", value)
        if library is None:
            return
        self.library = library
        if "branches" in library.model_fields_set:
            self.branches = {
                location: branch for branch, locations in library.branches.items() for location in locations
            }

    def _take_policies(self, value: object) -> None:
        policies = self._valid(_POLICIES, "policies", value)
        if policies is None:
            return
        for category, policy in policies.items():
            for name in ("max_fees", "max_fines", "fine_per_day"):
                text = getattr(policy, name)
                if text is not None:
                    self._convert.amount(f"policies.{category}.{name}", text, self._house.currency)
        self.policies = PolicyBook({category: terms_of(policy) for category, policy in policies.items()})

    def _is_first(self, kind: str, index: int, name: str) -> None:
        """An entry with mistakes in it has its identifier too, and others may refer to it."""
        first = self._first[kind].setdefault(name, index) if name else index
        if first != index:
            self._complain(f"{kind}[{index}].id", f"{kind}[{first}] has the same identifier.")

    def _patrons(self, place: str, index: int, value: object) -> None:
        patron = self._valid(_PATRON, place, value)
        self._is_first("patrons", index, _said(value, "id"))
        if patron is None:
            return
        self.kinds[patron.id] = (patron.category, patron.currency or self._house.currency)
        if patron.pin and patron.pin_hash:
            self._complain(f"{place}.pin", "Give the PIN or its hash, not both.")
        if patron.pin and not self._may_seal:
            self._complain(
                f"{place}.pin", "PINs are hashed under a key: name the file that holds it (--pin-key-file)."
            )
            self._may_seal = True  # once is enough
        self._has_hashes |= patron.pin_hash is not None
        first: dict[str, int] = {}
        for number, fee in enumerate(patron.fees):
            if first.setdefault(fee.id, number) != number:
                where = f"{place}.fees[{number}].id"
                self._complain(where, f"{place}.fees[{first[fee.id]}] has the same identifier.")
            self._number(fee.number)
        for payment in patron.payments:
            self._number(payment.number)
        for _ in self._convert.patron(place, patron):  # which complains of amounts
            pass

    def _items(self, place: str, index: int, value: object) -> None:
        item = self._valid(_ITEM, place, value)
        self._is_first("items", index, _said(value, "id"))
        if item is None:
            return
        self._convert.item(place, item)

    def _loans(self, place: str, index: int, value: object) -> None:
        loan = self._valid(_LOAN, place, value)
        if loan is None:
            return
        if loan.item in self.lent:
            self._complain(f"{place}.item", "This item is lent twice.")
        self.lent.add(loan.item)
        self._refer(place, "item", loan.item)
        self._refer(place, "patron", loan.patron)
        if loan.due is None:
            self._without_due.add(loan.patron)
        self._filled_number(loan)

    def _returns(self, place: str, index: int, value: object) -> None:
        row = self._valid(_RETURN, place, value)
        if row is None:
            return
        first = self._first["returns"].setdefault(row.loan.item, index)
        if first != index:
            self._complain(f"{place}.loan.item", f"returns[{first}] is of the same item.")
        self._refer(f"{place}.loan", "item", row.loan.item)
        self._refer(f"{place}.loan", "patron", row.loan.patron)
        self._filled_number(row.loan)

    def _holds(self, place: str, index: int, value: object) -> None:
        hold = self._valid(_HOLD, place, value)
        self._is_first("holds", index, _said(value, "id"))
        if hold is None:
            return
        if hold.item is None and hold.title is None:
            self._complain(place, "A hold needs an item or a title.")
            return
        self._refer(place, "patron", hold.patron)
        if hold.copy_ is not None:
            self._refer(place, "item", hold.copy_)
        self._number(hold.number)
        self.holds.append(hold)
        self.titles[about(hold)] = _UNKNOWN
        self._hold_places.setdefault(about(hold), place)

    def _ended_holds(self, place: str, index: int, value: object) -> None:
        hold = self._valid(_ENDED_HOLD, place, value)
        if hold is not None:
            self._refer(place, "patron", hold.patron)
            self._number(hold.number)

    def _filled_number(self, loan: f.Loan) -> None:
        """The numbers of holds that would come back."""
        if loan.filled is not None:
            self._number(loan.filled.number)
        if loan.before is not None:
            self._filled_number(loan.before)

    def _number(self, number: int | None) -> None:
        self.highest_number = max(self.highest_number, number or 0)

    # --- what one place says of another ---------------------------------------------------------------

    def _refer(self, place: str, kind: str, name: str) -> None:
        if name not in self._first[f"{kind}s"]:
            self._referred.append((place, kind, name))

    def _references(self) -> None:
        """Complain of what is neither in the file nor in the books."""
        missing = [each for each in self._referred if each[2] not in self._first[f"{each[1]}s"]]
        patrons = self._known.patrons({name for _, kind, name in missing if kind == "patron"})
        items = self._known.items({name for _, kind, name in missing if kind == "item"})
        for where, kind, name in missing:
            if name not in (patrons if kind == "patron" else items):
                self._complain(f"{where}.{kind}", f"There is no such {kind} in this file.")
        for patron in self._without_due & patrons.keys():
            self.kinds[patron] = patrons[patron]

    def _hold_titles(self) -> None:
        """Find in the books what the holds are for and the file does not have; complain of the rest."""
        missing = [key for key, title in self.titles.items() if title is _UNKNOWN]
        items = self._known.items({name for kind, name in missing if kind == "item"})
        titles = self._known.titles({name for kind, name in missing if kind == "title"})
        for key in missing:
            kind, name = key
            found = (items if kind == "item" else titles).get(name)
            if found is None:
                self._complain(f"{self._hold_places[key]}.{kind}", f"There is no such {kind} in this file.")
            else:
                self.titles[key] = found

    def _hashes(self) -> None:
        """Hashes are of use under the key alone that they were made with."""
        mark, ours = self.library.pin_key_mark, self._known.pin_key_mark
        if mark is None:
            self._complain("library.pin_key_mark", "This is required where a patron has a pin_hash.")
        elif ours is not None and mark != ours:
            self._complain("library.pin_key_mark", "The PINs of this file were hashed under another key.")


def _said(entry: object, key: str) -> str:
    """The text that an entry of the file has under `key`, whatever else is wrong with it."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""


_UNKNOWN: NameOfTitle = title_of(f.Item(id="?"))
_FAULTY: NameOfTitle = title_of(f.Item(id="!"))
