"""Between a partner's messages and the operations of the vocabulary.

`answer` takes a message that was read leniently and gives the one that answers it, in the same form.  What is
wrong with a request is told under the response of its service; only what is no known service gets bare problems.
"""

from dataclasses import replace

from softdock.circulation.capabilities import RIGHT_TO
from softdock.circulation.journal import Fingerprint
from softdock.circulation.ports import Desk, ServiceStatus
from softdock.protocols.ncip.checking import PROBLEM_TYPES, Fault, FaultKind, faults
from softdock.protocols.ncip.message import Element, Family, Message
from softdock.protocols.ncip.north.agreement import check
from softdock.protocols.ncip.north.explaining import explain
from softdock.protocols.ncip.north.headers import alone, claimed_by, response_header, turned_away
from softdock.protocols.ncip.north.losses import lost_from
from softdock.protocols.ncip.north.partner import Partner, Profile
from softdock.protocols.ncip.north.problems import P, Trouble, listed, problem, trouble
from softdock.protocols.ncip.north.services import NEEDS, WORKS
from softdock.protocols.ncip.north.talk import Talk
from softdock.protocols.ncip.tables.services import SERVICES

__all__ = ["Partner", "Profile", "Trouble", "alone", "answer", "answer_with", "claimed_by", "turned_away"]


async def answer(
    message: Message, partner: Partner, desk: Desk, fingerprint: Fingerprint | None = None
) -> Message:
    """The message that answers `message`; `fingerprint` is that of its document, if it may be a repeat.

    Raises nothing but what is a fault of ours, and WordWithheld.
    """
    if not _is_known(message):
        return answer_with(message, partner.account.library, _unknown_service(message), partner.profile)
    status = desk.status(partner.account, partner.profile.language)
    try:
        children = await _done(message, partner, desk, status, fingerprint)
    except Trouble as why:
        return answer_with(message, partner.account.library, why, partner.profile)
    return _response(message, partner.account.library, children, partner.profile)


async def _done(
    message: Message,
    partner: Partner,
    desk: Desk,
    status: ServiceStatus | None,
    fingerprint: Fingerprint | None,
) -> list[Element]:
    name = message.body.name
    if status is None:
        raise trouble(P.TEMPORARY_PROCESSING_FAILURE)
    check(message, partner)
    work = WORKS.get(name)
    if work is None or _is_beyond(name, partner, status):
        raise trouble(P.UNSUPPORTED_SERVICE)
    if found := faults(message):
        raise Trouble(*map(_problem_of, found))
    for each in lost_from(message.body):
        partner.lost_in_requests[each,] += 1
    talk = Talk(
        partner=partner,
        desk=desk,
        service=name,
        form=message.form,
        zone=status.zone,
        currency=status.currency,
        request=message.body,
        until=desk.time_for(partner.account),
        fingerprint=fingerprint,
    )
    try:
        return await work(talk)
    finally:
        for each in talk.lost:
            partner.lost_in_answers[each,] += 1


def _is_beyond(name: str, partner: Partner, status: ServiceStatus) -> bool:
    """Whether the library's system cannot do what the service needs.  What the account may not do the desk says."""
    needs = NEEDS.get(name, ())
    if not needs or not status.online or not status.capabilities.isdisjoint(needs):
        return False
    return any(RIGHT_TO[each] in partner.account.rights for each in needs)


def _is_known(message: Message) -> bool:
    """Whether it initiates a service of its own version: what version 2 has dropped is none of it."""
    service = SERVICES.get(message.body.name)
    return service is not None and (message.form.family is Family.V1 or service.until >= (2, 0))


def _problem_of(fault: Fault) -> Element:
    return problem(PROBLEM_TYPES[fault.kind], _FAULTS.get(fault.kind, ""), fault.element, fault.value[:128])


_FAULTS = {
    FaultKind.NEEDED_DATA_MISSING: "This is missing.",
    FaultKind.INVALID_DATE: "This is no date.",
    FaultKind.INVALID_AMOUNT: "This is no whole number.",
    FaultKind.INVALID_NUMBER: "This is no number that can stand here.",
}


def _unknown_service(message: Message) -> Trouble:
    kind = P.UNKNOWN_SERVICE if message.form.family is Family.V1 else P.UNSUPPORTED_SERVICE
    return trouble(kind, "", message.body.name.rpartition("}")[2][:128])


def answer_with(message: Message, library: str, why: Trouble, profile: Profile | None = None) -> Message:
    """The answer that tells nothing but why not."""
    if not _is_known(message) or SERVICES[message.body.name].bare:
        problems = list(why.problems)
        if profile is not None:
            problems = explain(problems, profile, message.body.name)
        return alone(message.form, problems)
    problems = [listed(each, message.body.name) for each in why.problems]
    return _response(message, library, [*problems, *why.beside], profile)


def _response(message: Message, library: str, children: list[Element], profile: Profile | None) -> Message:
    service = SERVICES[message.body.name]
    if profile is not None:
        children = explain(children, profile, service.name)
    header = None
    if not service.bare:
        always = profile is not None and profile.headers_always
        header = response_header(message, library, always=always)
    form = message.form if service.bare else replace(message.form, root="NCIPMessage")
    return Message(
        form,
        [Element(service.response, children=[header, *children] if header is not None else children)],
    )
