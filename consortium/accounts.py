"""Accounts of devices: who may speak SIP2 to SoftDock, by user and password or by address."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_address

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import Secret
from softdock.consortium.passwords import Compare, Passwords
from softdock.consortium.resilience import Throttle


class AccountBook:
    """Implements `circulation.ports.Accounts`."""

    def __init__(
        self,
        by_user: Mapping[str, tuple[Account, str]],
        by_network: Iterable[tuple[IPv4Network | IPv6Network, Account]],
        compare: Compare,
        clock: IReactorTime,
        failures: Throttle[str] | None = None,
    ) -> None:
        """`by_user` has the account and the hash of its password; the narrowest network wins.

        `failures` are those of the book that this one replaces.  Passwords are remembered by each book for itself.
        """
        self._by_user = dict(by_user)
        self._by_network = sorted(by_network, key=lambda each: -each[0].prefixlen)
        decoy = next((hashed for _, hashed in self._by_user.values()), "")
        self._passwords = Passwords(compare, clock, decoy, failures)

    @property
    def failures(self) -> Throttle[str]:
        """The addresses from which somebody guesses."""
        return self._passwords.failures

    async def login(self, user: str, password: Secret, location: str, address: str) -> Account | None:
        """See `circulation.ports.Accounts`.  `location` becomes the account's, unless it is empty."""
        account, hashed = self._by_user.get(user, (None, None))
        right = await self._passwords.prove(user, hashed, password, address)
        return _at(account, location) if right and account is not None else None

    def by_address(self, address: str) -> Account | None:
        """See `circulation.ports.Accounts`."""
        if not self._by_network:
            return None
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        return next((account for network, account in self._by_network if parsed in network), None)


def _at(account: Account, location: str) -> Account:
    return replace(account, location=location) if location else account
