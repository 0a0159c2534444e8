"""Each check fails on an adapter that has exactly that fault."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger

from city_folder import CityFolder
from softdock.adapters import (
    AdapterSettingsError,
    AnswerLost,
    Checkout,
    ConnectionCounts,
    Done,
    LibrarySystemError,
    MalformedReply,
    Reason,
    Refused,
    SystemUnavailable,
)
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.kit.checks import CHECKS, FolderSubject, Verdict, carry_out

pytestmark = pytest.mark.socket

_log = Logger()


class City(DeclarativeAdapter):
    """The adapter of the folder, and a place for a fault."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.asked = 0

    async def perform(self, operation, operation_id=""):
        self.asked += 1
        return await self.faulty(operation, operation_id)

    async def faulty(self, operation, operation_id):
        return await super().perform(operation, operation_id)


class LeavesATimer(City):
    async def open(self):
        self.context.reactor.callLater(30, print)
        await super().open()


class SaysNo(City):
    async def faulty(self, operation, operation_id):
        return Refused(Reason.DECLINED)


class GuessesReasons(City):
    async def faulty(self, operation, operation_id):
        outcome = await super().faulty(operation, operation_id)
        return Refused(Reason.DECLINED) if isinstance(outcome, Refused) else outcome


class RaisesAnything(City):
    async def faulty(self, operation, operation_id):
        try:
            return await super().faulty(operation, operation_id)
        except LibrarySystemError as error:
            raise ValueError("it does not work") from error


class TiresOfRepeating(City):
    async def faulty(self, operation, operation_id):
        outcome = await super().faulty(operation, operation_id)
        return outcome if self.asked < 4 else Refused(Reason.DECLINED)


class TakesAbsenceForLoss(City):
    async def faulty(self, operation, operation_id):
        try:
            return await super().faulty(operation, operation_id)
        except SystemUnavailable:
            raise AnswerLost("who knows") from None


class LendsByProbing(City):
    async def probe(self):
        await super().probe()
        await self.faulty(Checkout("70000001", "C1"), "")


class AlwaysThere(City):
    async def probe(self):
        pass


class WaitsForEver(City):
    async def faulty(self, operation, operation_id):
        try:
            return await super().faulty(operation, operation_id)
        except (AnswerLost, SystemUnavailable, CancelledError):
            return await Deferred(lambda deferred: None)


class TakesAnythingForYes(City):
    async def faulty(self, operation, operation_id):
        with suppress(AnswerLost, SystemUnavailable, MalformedReply):
            self.good = await super().faulty(operation, operation_id)
        return self.good


class ReadsOtherTexts(City):
    async def faulty(self, operation, operation_id):
        outcome = await super().faulty(operation, operation_id)
        return Done(outcome.result, note="涓浗") if self.asked >= 4 and isinstance(outcome, Done) else outcome


class MixesUpReplies(City):
    last = None

    async def faulty(self, operation, operation_id):
        last, self.last = self.last, await super().faulty(operation, operation_id)
        return last if last is not None and self.asked > 4 else self.last


class SaysItWasNotDone(City):
    async def faulty(self, operation, operation_id):
        try:
            return await super().faulty(operation, operation_id)
        except AnswerLost:
            raise SystemUnavailable("it is away") from None


class SendsAgain(City):
    async def faulty(self, operation, operation_id):
        try:
            return await super().faulty(operation, operation_id)
        except AnswerLost:
            return await super().faulty(operation, operation_id)


class KeepsItsConnection(City):
    @property
    def connections(self):
        return ConnectionCounts(1, 1, 1, 0, 1, 0, 0)


class LogsCards(City):
    async def faulty(self, operation, operation_id):
        if hasattr(operation, "patron"):
            _log.info("{card} is asked about", card=operation.patron)
        return await super().faulty(operation, operation_id)


class RaisesNames(City):
    async def faulty(self, operation, operation_id):
        outcome = await super().faulty(operation, operation_id)
        if isinstance(outcome, Done) and hasattr(outcome.result, "patron"):
            _log.info("it is fine", patron=getattr(outcome.result.patron, "name", ""))
        return outcome


class ShowsItsKey(City):
    def __repr__(self):
        return f"City({self.compiled.texts['key']})"


class TellsItsKeyWhereSettingsAreWrong(City):
    def __init__(self, folder, settings, context, **named):
        try:
            super().__init__(folder, settings, context, **named)
        except AdapterSettingsError:
            raise AdapterSettingsError([("key", f"{settings['key']} is wrong")]) from None


class TakesAnySettings(City):
    def __init__(self, folder, settings, context, **named):
        good = {"url", "key", "branch"}
        super().__init__(
            folder, {each: settings[each] for each in settings if each in good}, context, **named
        )


class NamesAnotherKey(City):
    def __init__(self, folder, settings, context, **named):
        try:
            super().__init__(folder, settings, context, **named)
        except AdapterSettingsError:
            raise AdapterSettingsError([("adapter", "something is wrong")]) from None


class Spoiled(FolderSubject):
    """The folder, with an adapter of another class."""

    adapter = City

    def make(self, settings, context):
        return self.adapter(self.folder, settings, context, is_proven=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return CityFolder().written(tmp_path_factory.mktemp("kit") / "city")


def found(check, subject):
    """What the check of this id finds, as one text."""
    result = carry_out(CHECKS[check], subject)
    assert result.verdict is Verdict.FAILED
    return "\n".join(map(str, result.findings))


@pytest.mark.parametrize(
    ("check", "adapter", "told"),
    [
        ("KIT-03", TakesAnySettings, "The key no_such_key, which nobody knows, is not refused."),
        ("KIT-03", NamesAnotherKey, "The key key, which is left out, is not named: adapter is."),
        ("KIT-06", LeavesATimer, "it leaves on the reactor: print"),
        ("KIT-07", SaysNo, "done is expected, and Refused(declined) comes"),
        ("KIT-08", GuessesReasons, "refused (patron-unknown) is expected, and Refused(declined) comes"),
        ("KIT-09", RaisesAnything, "failed is expected, and ValueError comes: it does not work"),
        ("KIT-11", TiresOfRepeating, "asked once more, it is answered otherwise"),
        ("KIT-12", TakesAbsenceForLoss, "nobody is there, and AnswerLost comes"),
        ("KIT-13", LendsByProbing, "The probe has changed the books."),
        ("KIT-13", AlwaysThere, "Nobody is there, and the probe does not say so."),
        ("KIT-14", WaitsForEver, "no answer comes for request 1, and it cannot be given up"),
        ("KIT-15", RaisesAnything, "the connection is reset, and ValueError is raised"),
        ("KIT-16", TakesAnythingForYes, "half a reply comes, and it is"),
        ("KIT-17", ReadsOtherTexts, "other texts are read than were sent"),
        ("KIT-18", TakesAnythingForYes, "10 MB come, and it is"),
        ("KIT-19", TakesAnythingForYes, "a page of HTML comes, and it is answered as done"),
        ("KIT-20", MixesUpReplies, "that came twice, Done comes"),
        ("KIT-21", SaysItWasNotDone, "SystemUnavailable comes: that says that nothing was done"),
        ("KIT-21", SendsAgain, "/loans was sent again"),
        ("KIT-22", KeepsItsConnection, "it still counts 1 connections as busy"),
        ("KIT-23", LogsCards, "Something about a patron (8 characters) is shown"),
        ("KIT-23", RaisesNames, "Something about a patron (3 characters) is shown"),
        ("KIT-24", ShowsItsKey, "A secret of the settings is shown: City(***)"),
        ("KIT-24", TellsItsKeyWhereSettingsAreWrong, "A secret of the settings is shown: key: ***"),
    ],
)
def test_a_fault_at_work_is_found(folder, check, adapter, told):
    subject = Spoiled(folder)
    subject.adapter = adapter

    assert told in found(check, subject)


def without_a_name(city):
    city.adapter["name"] = ""


def without_maps(city):
    city.maps.clear()


def without_a_translation(city):
    del city.adapter["settings"]["key"]["description"]["zh"]


def with_another_name(city):
    city.files["patron.yaml"]["fields"]["patron.name"] = "张模拟"


def without_a_refusal(city):
    del city.maps["lookup-item"]["examples"][1]


def without_an_example(city):
    del city.maps["checkout"]["examples"][0]


@pytest.mark.parametrize(
    ("check", "spoil", "told"),
    [
        ("KIT-01", without_a_name, "adapter.yaml:1: It has no name for people."),
        ("KIT-01", without_maps, "It has no map of an operation."),
        ("KIT-02", without_a_translation, "The setting key has no description (zh)."),
        (
            "KIT-04",
            with_another_name,
            'patron.yaml:1: The example "one" is read otherwise: fields.patron.name',
        ),
        ("KIT-05", without_a_refusal, "The map of lookup-item has no example that is refused."),
        ("KIT-10", without_an_example, "checkout is offered, and nothing here does it."),
    ],
)
def test_a_fault_of_the_files_is_found_with_its_place(tmp_path, check, spoil, told):
    city = CityFolder()
    spoil(city)

    assert told in found(check, FolderSubject(city.written(tmp_path / "city")))


def test_what_nothing_in_the_examples_expects_is_told(tmp_path):
    """A map that was changed, and examples that were not."""
    folder = CityFolder().written(tmp_path / "city")
    subject = FolderSubject(folder)
    path = Path(folder, "lookup-item.yaml")
    table = json.loads(path.read_text(encoding="utf-8"))
    table["request"]["query"]["code"] = table["request"]["query"].pop("barcode")
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")

    assert "It sent GET /items with token, at, code, of which the counterpart knows nothing." in found(
        "KIT-07", subject
    )
