"""Accounts of partners: whose request this is, by what the partner says and by what it can show.

The terms of an account all have to hold.  Where several accounts would do, the narrowest is meant: the one with the most
terms, and among those with the same terms the one with fewer agencies, or with the smaller network.  `unclear` tells of
two between which that does not decide; settings with such a pair are refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.accounts import Account
from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.circulation.partners import Claimed, Stranger
from softdock.circulation.records import record
from softdock.consortium.passwords import Compare, Passwords
from softdock.consortium.resilience import Throttle

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network

WHOEVER_NO_OTHER_NAMES: frozenset[str] = frozenset()
"""The agencies of an account that takes those which are named at no other."""


def folded(text: str) -> str:
    """A name as it is compared: letters of either case are the same, and blanks are one or none.

    >>> folded("  Relais   ILL ")
    'relais ill'
    """
    return " ".join(text.split()).casefold()


@record
class Terms:
    """An account, and what has to hold for it.  What is None or empty is not asked for."""

    account: Account
    agencies: frozenset[str] | None = None
    """Folded, like the next two."""
    system: str = ""
    application_profile: str = ""
    path: Secret = field(default_factory=lambda: Secret(""))
    """Some partners can keep their key nowhere else."""
    network: _Network | None = None
    certificate: str = ""
    """In lower case."""
    user: str = ""
    """Comes with the password that `password_hash` is of; without it, that is the one in the message."""
    password_hash: str = field(default="", repr=False)
    token: Secret | None = None

    @property
    def asks_for_proof(self) -> bool:
        """Whether the partner has to know a secret."""
        return bool(self.password_hash) or self.token is not None

    @property
    def narrowness(self) -> tuple[int, ...]:
        """The greater, the earlier it is looked at."""
        terms = (
            self.agencies, self.system, self.application_profile, self.path, self.network, self.certificate,
            self.user, self.password_hash, self.token,
        )  # fmt: skip
        return (
            sum(map(bool, terms)),
            int(self.agencies is not None),
            -len(self.agencies or ()),
            -1 if self.network is None else self.network.prefixlen,
        )

    def misfit(self, claimed: Claimed, address: _Address | None) -> Stranger | None:
        """What is against this account, short of secrets; its agencies have been looked at."""
        if self.system and self.system != folded(claimed.system):
            return Stranger.UNKNOWN_SYSTEM
        if self.application_profile and self.application_profile != folded(claimed.application_profile):
            return Stranger.UNKNOWN_COMBINATION
        if self.path and not self.path.equals(claimed.path):
            return Stranger.NOT_HERE
        if self.network is not None and (address is None or address not in self.network):
            return Stranger.NOT_HERE
        if self.certificate and self.certificate not in map(str.lower, claimed.certificates):
            return Stranger.NOT_HERE
        return None

    def password_in(self, claimed: Claimed) -> Secret | None:
        """The password that is compared; None if there is none."""
        if self.user:
            return claimed.password if claimed.user else None
        if self.agencies is None and self.system:
            return claimed.system_secret or claimed.agency_secret
        return claimed.agency_secret or claimed.system_secret

    def unproven(self, claimed: Claimed) -> Stranger:
        """What the partner is told whose password is not the right one."""
        if self.user:
            return Stranger.UNPROVEN
        by_system = claimed.system_secret and not claimed.agency_secret
        if by_system or (self.agencies is None and self.system):
            return Stranger.SYSTEM_NOT_PROVEN
        return Stranger.AGENCY_NOT_PROVEN

    def brings_proof(self, claimed: Claimed) -> bool:
        """Whether the partner tries to show that it is the one."""
        return bool(
            (self.token is not None and claimed.token) or (self.password_hash and self.password_in(claimed))
        )


def unclear(one: Terms, other: Terms) -> bool:
    """Whether a request may fit both, and nothing says which is meant."""
    if not _may_meet(one, other):
        return False
    if one.narrowness == other.narrowness:
        return True
    narrow, wide = sorted((one, other), key=lambda each: each.narrowness, reverse=True)
    return not _within(narrow, wide)


def _may_meet(one: Terms, other: Terms) -> bool:
    mine, theirs = one.agencies, other.agencies
    if mine is not None and theirs is not None and mine != theirs and not mine & theirs:
        return False
    if one.network is not None and other.network is not None and not _overlap(one.network, other.network):
        return False
    return all(
        mine == theirs or not mine or not theirs
        for mine, theirs in zip(_exact(one), _exact(other), strict=True)
    )


def _within(narrow: Terms, wide: Terms) -> bool:
    """Whether everything that fits `narrow` fits `wide` as well."""
    if wide.agencies and not (narrow.agencies and narrow.agencies <= wide.agencies):
        return False
    if wide.network is not None and (
        narrow.network is None
        or narrow.network.prefixlen < wide.network.prefixlen
        or not _overlap(narrow.network, wide.network)
    ):
        return False
    if wide.password_hash and narrow.password_hash != wide.password_hash:
        return False
    return all(
        mine == theirs or not theirs for mine, theirs in zip(_exact(narrow), _exact(wide), strict=True)
    )


def _overlap(one: _Network, other: _Network) -> bool:
    """Whether an address may be in both: then one of the networks is within the other."""
    return one.version == other.version and one.overlaps(other)


def _exact(terms: Terms) -> tuple[object, ...]:
    """What is the same, or not.  Nobody is expected to have a certificate in which two accounts are named."""
    return (
        terms.system, terms.application_profile, terms.path, terms.certificate, terms.user, terms.token or "",
    )  # fmt: skip


class PartnerBook:
    """Implements `circulation.ports.Partners`."""

    def __init__(
        self,
        terms: Iterable[Terms],
        compare: Compare,
        clock: IReactorTime,
        failures: Throttle[str] | None = None,
    ) -> None:
        """`failures` are those of the book that this one replaces."""
        self._all = sorted(terms, key=lambda each: each.narrowness, reverse=True)
        named = {agency for each in self._all for agency in each.agencies or ()}
        self._of_agency = {
            agency: [each for each in self._all if each.agencies is None or agency in each.agencies]
            for agency in named
        }
        self._of_others = [each for each in self._all if not each.agencies]
        self._takes_others = any(each.agencies == WHOEVER_NO_OTHER_NAMES for each in self._all)
        self._knows_networks = any(each.network is not None for each in self._all)
        decoy = next((each.password_hash for each in self._all if each.password_hash), "")
        self._passwords = Passwords(compare, clock, decoy, failures)

    @property
    def failures(self) -> Throttle[str]:
        """The addresses from which somebody guesses."""
        return self._passwords.failures

    async def partner(self, claimed: Claimed) -> Account | Stranger:
        """See `circulation.ports.Partners`."""
        agency = folded(claimed.agency)
        candidates = self._of_agency.get(agency)
        known = candidates is not None or self._takes_others or not self._of_agency
        candidates = self._of_others if candidates is None else candidates
        address = _parsed(claimed.address) if self._knows_networks else None
        fitting, against = [], Stranger.UNKNOWN_AGENCY
        for each in candidates:
            misfit = each.misfit(claimed, address)
            if misfit is None:
                fitting.append(each)
            elif known and _HOW_FAR[misfit] > _HOW_FAR[against]:
                against = misfit
        return await self._proven(fitting, claimed) if fitting else against

    async def _proven(self, fitting: Sequence[Terms], claimed: Claimed) -> Account | Stranger:
        """The first whose secrets are known.  Whoever tries one and is wrong gets no account that asks for none."""
        against: Stranger | None = None
        tried = False
        for each in fitting:
            if not each.asks_for_proof:
                if not tried:
                    return each.account
                continue
            lacks = await self._lacks(each, claimed)
            if lacks is None:
                return each.account
            if lacks is Stranger.BUSY:
                return lacks
            against = against or lacks
            tried = tried or each.brings_proof(claimed)
        if claimed.user and claimed.password and all(each.user != claimed.user for each in fitting):
            # A user that does not exist takes as long as one that does.
            await self._right("", None, claimed.password, claimed.address)
        assert against is not None
        return against

    async def _lacks(self, terms: Terms, claimed: Claimed) -> Stranger | None:
        """What `claimed` lacks of the secrets of `terms`."""
        if terms.token is not None and (claimed.token is None or terms.token != claimed.token):
            return Stranger.UNPROVEN
        if not terms.password_hash:
            return None
        if terms.user and terms.user != claimed.user:
            return Stranger.UNPROVEN
        password = terms.password_in(claimed)
        if password is None:
            return terms.unproven(claimed)
        hashed = terms.password_hash  # has a salt, and so is a name for itself
        right = await self._right(hashed, hashed, password, claimed.address)
        if right is None:
            return Stranger.BUSY
        return None if right else terms.unproven(claimed)

    async def _right(self, name: str, hashed: str | None, password: Secret, address: str) -> bool | None:
        try:
            return await self._passwords.prove(name, hashed, password, address)
        except AccountsBusy:
            return None


_HOW_FAR = {
    Stranger.UNKNOWN_AGENCY: 0,
    Stranger.UNKNOWN_SYSTEM: 1,
    Stranger.UNKNOWN_COMBINATION: 2,
    Stranger.NOT_HERE: 3,
}
"""How much fitted before something did not: of several misfits, the one that comes closest is told."""


def _parsed(address: str) -> _Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
