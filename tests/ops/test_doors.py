"""Doors: opened before they serve, kept when they stay, closed when they go."""

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory, Protocol

from softdock.ops.doors import Door, Doors
from stubs import result_of


class Port:
    def __init__(self, street, number):
        self.street = street
        self.number = number

    def getHost(self):  # noqa: N802 - Twisted calls it by this name
        return type("Host", (), {"port": self.number})()

    def stopListening(self):  # noqa: N802 - Twisted calls it by this name
        self.street.open.remove(self.number)
        self.street.history.append(f"-{self.number}")
        return succeed(None)


class Street:
    """Where each number can be taken once."""

    def __init__(self, *taken):
        self.open = []
        self.history = []
        self.taken = set(taken)

    def door(self, number, name="", drain=None, optional=False):
        def listen(factory):
            if number in self.taken or number in self.open:
                raise CannotListenError("here", number, "in use")
            self.open.append(number)
            self.history.append(f"+{number}")
            factory.doStart()
            return Port(self, number)

        factory = Factory.forProtocol(Protocol)
        factory.noisy = False
        return Door(
            key=f"{name}{number}", listen=listen, served_by=factory, inside=factory, number=number, drain=drain,
            optional=optional,
        )  # fmt: skip


def change(doors, *wanted):
    result_of(doors.open(wanted))
    doors.change_to(wanted, 10.0)


def test_a_door_that_stays_is_never_closed_and_serves_what_is_new():
    street, doors = Street(), Doors()
    change(doors, street.door(1))
    port = doors.all[0].port
    again = street.door(1)
    change(doors, again)
    assert street.history == ["+1"]
    assert doors.all[0].port is port
    assert doors.all[0].buildProtocol(None).factory is again.served_by


def test_doors_come_and_go_in_the_order_of_the_settings():
    street, doors = Street(), Doors()
    change(doors, street.door(1), street.door(2))
    change(doors, street.door(3), street.door(2))
    assert [each.key for each in doors.all] == ["3", "2"]
    assert street.history == ["+1", "+2", "+3", "-1"]


def test_a_new_door_that_cannot_be_opened_leaves_everything_as_it_was():
    street, doors = Street(4), Doors()
    change(doors, street.door(1))
    assert result_of(doors.open([street.door(2), street.door(3), street.door(4)])).check(CannotListenError)
    assert street.open == [1]
    assert [each.key for each in doors.all] == ["1"]


def test_a_number_on_another_interface_is_freed_first_and_taken_back_if_that_fails():
    street, doors = Street(4), Doors()
    change(doors, street.door(1, "here:"))
    wanted = [street.door(1, "everywhere:"), street.door(4)]
    assert result_of(doors.open(wanted)).check(CannotListenError)
    assert street.history == ["+1", "-1", "+1", "-1", "+1"]
    assert [each.key for each in doors.all] == ["here:1"]
    change(doors, street.door(1, "everywhere:"))
    assert [each.key for each in doors.all] == ["everywhere:1"]
    assert street.open == [1]


def test_softdock_does_without_an_optional_door_and_tries_it_again_the_next_time():
    street, doors = Street(2), Doors()
    change(doors, street.door(1), street.door(2, optional=True))
    assert street.open == [1]
    street.taken.clear()
    change(doors, street.door(1), street.door(2, optional=True))
    assert street.open == [1, 2]


def test_a_door_that_goes_drains_and_the_end_waits_for_it():
    street, doors = Street(), Doors()
    drained, graces = Deferred(), []
    change(doors, street.door(1, drain=lambda grace: graces.append(grace) or drained), street.door(2))
    change(doors, street.door(2))
    assert street.open == [2]
    assert graces == [10.0]
    over = Deferred.fromCoroutine(doors.drain(5.0))
    assert not over.called
    drained.callback(None)
    assert over.called


def test_at_the_end_doors_with_devices_close_first():
    """The others, as that for metrics and health, are open until the last device is gone."""
    street, doors = Street(), Doors()
    drained = Deferred()
    change(doors, street.door(1, drain=lambda grace: drained), street.door(2))
    Deferred.fromCoroutine(doors.drain(5.0))
    assert street.open == [2]
    drained.callback(None)
    result_of(doors.close())
    assert street.open == []
