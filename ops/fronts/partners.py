"""Partners: what is agreed with each, and what comes of a message of theirs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from twisted.internet.interfaces import IReactorTime

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import Secret
from softdock.circulation.locale import LANGUAGES
from softdock.circulation.partners import Claimed, Stranger
from softdock.consortium.partners import PartnerBook, Terms, folded
from softdock.consortium.passwords import Compare
from softdock.ops import settings as s
from softdock.ops.observers import Observers
from softdock.ops.workers.post import Post
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk
from softdock.protocols.ncip.listener import Limits
from softdock.protocols.ncip.north import Profile
from softdock.protocols.ncip.north.exchange import Exchange, Exchanged
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.transport import Answered, Received


def partner_book(
    settings: s.Settings, compare: Compare, clock: IReactorTime, before: PartnerBook | None
) -> PartnerBook:
    """The accounts of partners; who guesses is known from the book that was there before."""
    accounts = [each for each in settings.accounts if isinstance(each, s.PartnerAccount)]
    return PartnerBook(terms_of(accounts), compare, clock, before.failures if before is not None else None)


def terms_of(accounts: Iterable[s.PartnerAccount]) -> list[Terms]:
    """What has to hold for each account, as it is compared."""
    return [
        Terms(
            account=each.account(),
            agencies=_agencies(each),
            system=folded(each.system),
            application_profile=folded(each.application_profile),
            path=Secret(each.path),
            network=each.address,
            certificate=each.certificate.lower(),
            user=each.user,
            password_hash=each.password_hash,
            token=each.token,
        )
        for each in accounts
    ]


def _agencies(account: s.PartnerAccount) -> frozenset[str] | None:
    if account.agency is None:
        return None
    return frozenset(folded(each) for each in account.agency if each != s.ANY_AGENCY)


# --- what is agreed -----------------------------------------------------------------------------------


def profile_choice(settings: s.Settings) -> Callable[[Account], Profile]:
    """What is agreed with the partner of an account."""
    profiles = {name: profile_of(name, profile) for name, profile in settings.profiles.items()}
    return lambda account: profiles[account.profile or "default"]


def profile_of(name: str, profile: s.Profile) -> Profile:
    """The profile `name` as services go by it."""
    agreed, usual = profile.ncip.whole(), Profile()
    return Profile(
        name=name,
        language=agreed.language,
        problem_detail=agreed.problem_detail,
        problem_scheme=agreed.problem_scheme,
        texts={
            language: {reason: text.in_language(language) for reason, text in profile.texts.items()}
            for language in LANGUAGES
        },
        headers_always=agreed.headers == "always",
        user_id=agreed.user_id,
        user_id_type=agreed.user_id_type,
        user_id_inputs=_words(agreed.user_id_inputs, usual.user_id_inputs),
        pin_inputs=_words(agreed.pin_inputs, usual.pin_inputs),
        item_id_type=agreed.item_id_type,
        privileges=agreed.privileges,
        status_ok=agreed.status_words.ok,
        status_blocked=agreed.status_words.blocked,
        status_counts=agreed.status_counts,
        blocking_words=_words(agreed.blocking_words, usual.blocking_words),
        given_name_first=agreed.name_order == "given-name-first",
        agencies=_inwards(agreed.agencies),
        names_of_agencies=_outwards(agreed.agencies),
        pickup_locations=_inwards(agreed.pickup_locations),
        names_of_pickup_locations=_outwards(agreed.pickup_locations),
        crosswalk=crosswalk_of(agreed),
        problems=MappingProxyType(agreed.problems),
        checkin_not_lent_is_done=agreed.checkin_not_on_loan == "done",
        unknown_schemes_accepted=agreed.unknown_scheme == "accept",
        show_borrower=agreed.show_borrower,
        local_dates=agreed.dates == "local",
        zone=profile.time_zone,
        loans_looked_up=agreed.loan_dates == "looked-up",
        unknown_due_is_indeterminate=agreed.unknown_due == "indeterminate",
        services=agreed.services,
        own_agency_only=agreed.own_agency_only,
        max_items=agreed.max_items,
    )


def crosswalk_of(agreed: s.Agreement) -> Crosswalk:
    """The words of NCIP's lists as they are spoken with a partner."""
    words = agreed.words
    if agreed.circulation_status:
        words = words.model_copy(update={"circulation_status": agreed.circulation_status})
    found = words.crosswalk()
    kinds = {theirs: STANDARD.hold_kind.known(meant) for theirs, meant in agreed.request_types.items()}
    heard = {theirs: kind for theirs, kind in kinds.items() if kind is not None}
    return replace(found, hold_kind=found.hold_kind.changed({}, heard))


def _words(said: Iterable[str] | None, usual: frozenset[str]) -> frozenset[str]:
    return usual if said is None else frozenset(map(folded, said))


def _inwards(table: Mapping[str, str]) -> Mapping[str, str]:
    """From the partner's words to ours."""
    return {folded(theirs): ours for theirs, ours in table.items()}


def _outwards(table: Mapping[str, str]) -> Mapping[str, str]:
    """From our words to the partner's; of several for the same, the first."""
    return {ours: theirs for theirs, ours in reversed([*table.items()])}


# --- what is borne ------------------------------------------------------------------------------------


def limits_of(limits: s.NcipLimits | s.NcipStreamLimits, post: Post) -> Limits:
    """The limits of a listener as this process has to keep them."""
    over_http = limits if isinstance(limits, s.NcipLimits) else s.NcipLimits()
    return Limits(
        connections=post.share(limits.connections),
        per_address=limits.per_address,
        body=limits.body_length,
        head=over_http.header_length,
        head_time=float(over_http.header_time),
        body_time=float(limits.body_time),
        idle_time=float(limits.idle_time),
    )


def most_waiting(settings: s.Settings, post: Post) -> int:
    """Requests that may be under way in this process, on all listeners together."""
    listeners = (each for each in settings.listen if isinstance(each, s.NcipListener | s.NcipStreamListener))
    return post.share(sum(each.limits.waiting for each in listeners))


# --- what comes of a message --------------------------------------------------------------------------

_AT_THE_GATE = {Stranger.UNPROVEN: 401, Stranger.NOT_HERE: 403}
"""HTTP statuses of those who are turned away for what is no matter of the message."""


class Answering:
    """What listeners hand documents to: answers them, and tells the operator what came of them."""

    def __init__(self, exchange: Exchange, observer: Observers) -> None:
        self._exchange = exchange
        self._observer = observer

    async def answer(self, received: Received) -> Answered:
        """The answer to one document.  Raises what `Exchange.answer` raises."""
        way = received.way
        user, password = way.basic or ("", None)
        came = Claimed(
            path=way.path_account,
            address=way.address,
            certificates=way.certificate,
            user=user,
            password=password,
            token=way.token,
        )
        exchanged = await self._exchange.answer(received.document, received.charset, came)
        self._tell(exchanged, way.address)
        if exchanged.stranger is None:
            return Answered(exchanged.document, handed_over=exchanged.handed_over)
        return Answered(exchanged.document, _AT_THE_GATE.get(exchanged.stranger, 200))

    def _tell(self, exchanged: Exchanged, address: str) -> None:
        observer, service = self._observer, exchanged.service
        if service not in SERVICES:
            service = "unknown" if service else "unreadable"
        observer.exchange(service, exchanged.problems)
        if exchanged.stranger is not None:
            observer.stranger(exchanged.stranger, exchanged.agency, address)
        elif service == "unreadable":
            observer.unreadable(exchanged.problems[0], address)
        if exchanged.fault:
            account = exchanged.account.name if exchanged.account is not None else ""
            observer.answer_withheld(service, account, exchanged.fault)
