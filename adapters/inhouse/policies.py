"""What a category of patrons may do.

A limit that is absent does not limit.  "At most" is meant throughout: with `max_loans: 5` the sixth loan is
denied, with `max_overdue: 2` a third overdue item denies every loan.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from softdock.circulation.money import Money, parse_money
from softdock.circulation.records import record


@record
class Policy:
    """The terms for one category, with amounts in the currency of the patron's account."""

    loan_period: timedelta = timedelta(days=30)
    renewals: int = 2
    """How often one loan may be renewed."""
    max_loans: int | None = None
    max_holds: int | None = None
    max_fees: Money | None = None
    max_fines: Money | None = None
    """Of fees for overdue items alone; without it, `max_fees` holds for them."""
    max_overdue: int | None = None
    max_renewals: int | None = None
    """Of all loans that a patron has, together."""
    max_claims_returned: int | None = None
    max_lost: int | None = None
    max_billed: int | None = None
    """Items that a patron has been asked to replace, and has not paid yet."""
    fine_per_day: Money | None = None
    recall_period: timedelta | None = timedelta(days=7)
    """After how long an item is due that is asked back; None if none is to be."""


DEFAULT_CATEGORY = "default"
"""The category whose terms hold for patrons whose own category has none."""


@record
class Terms:
    """A category's terms as the library wrote them, with amounts as decimal text."""

    policy: Policy = Policy()
    """All but the amounts."""
    max_fees: str | None = None
    max_fines: str | None = None
    fine_per_day: str | None = None

    def in_currency(self, currency: str) -> Policy:
        """The policy with amounts of `currency`."""
        return replace(
            self.policy,
            max_fees=parse_money(self.max_fees or "", currency),
            max_fines=parse_money(self.max_fines or "", currency),
            fine_per_day=parse_money(self.fine_per_day or "", currency),
        )


_NONE: Mapping[str, Terms] = MappingProxyType({})


class PolicyBook:
    """Finds the policy for a patron."""

    def __init__(self, terms: Mapping[str, Terms] = _NONE) -> None:
        self.terms = terms
        self._made: dict[tuple[str, str], Policy] = {}

    def of(self, category: str, currency: str) -> Policy:
        """The policy for patrons of `category` with accounts in `currency`."""
        known = self._made.get((category, currency))
        if known is None:
            terms = self.terms.get(category) or self.terms.get(DEFAULT_CATEGORY) or Terms()
            known = self._made[category, currency] = terms.in_currency(currency)
        return known
