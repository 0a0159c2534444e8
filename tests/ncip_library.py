"""A partner of a library that answers as the test says, operation by operation."""

from ncip_partner import NcipPartner
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.reasons import Reason
from stubs import StubSystem


def partner_of(profile=None, account=None, **answers):
    """Somebody whose library answers each operation, named by its class, with that: an outcome, a result, a function
    of the operation, or a list of such, one for each time that it is asked.  What is not named is not supported.
    """
    left = {name: list(answer) if isinstance(answer, list) else answer for name, answer in answers.items()}

    def respond(operation):
        answer = left.get(type(operation).__name__, Refused(Reason.NOT_SUPPORTED))
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(operation)
        return answer if isinstance(answer, Done | Refused | Unknown) else Done(answer)

    return NcipPartner(profile, StubSystem(respond), **(account or {}))


def asked(partner, *kinds):
    """What the library was asked, of these operations or of all."""
    return [each for each in partner.system.asked if not kinds or isinstance(each, kinds)]


def names(element):
    """Of what it consists, in order."""
    return [each.name for each in element.children]
