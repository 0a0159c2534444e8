"""What the settings themselves cannot know is wrong with the fronts: files, and what the protocols require."""

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import combinations

from twisted.internet.protocol import Factory

from softdock.consortium.partners import unclear
from softdock.mappings.problems import suggestion
from softdock.ops import settings as s
from softdock.ops.fronts.partners import terms_of
from softdock.ops.listening import with_tls
from softdock.protocols.ncip.codes import HOLD_KIND
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.value_lists import folded
from softdock.protocols.sip2.layouts import LAYOUTS


def front_problems(settings: s.Settings, file: str) -> Iterator[s.Problem]:
    """Everything of that kind; `file` is where the settings come from."""
    required = {code: layout.required for code, layout in LAYOUTS.items()}
    yield from s.spoilt_messages(settings, file, required)
    for number, each in enumerate(settings.listen):
        if not isinstance(each, s.OpsListener):
            try:
                with_tls(Factory(), each.tls)
            except ValueError as error:
                yield s.Problem(s.Place(file, path=f"listen[{number}].tls"), str(error))
    yield from _unclear_partners(settings, file)
    yield from _unheard_partners(settings, file)
    for name, profile in settings.profiles.items():
        yield from _misagreed(profile.ncip, file, f"profiles.{name}.ncip")


def _partners(settings: s.Settings) -> dict[int, s.PartnerAccount]:
    """By their places among the accounts."""
    return {
        number: each for number, each in enumerate(settings.accounts) if isinstance(each, s.PartnerAccount)
    }


def _unclear_partners(settings: s.Settings, file: str) -> Iterator[s.Problem]:
    partners = _partners(settings)
    terms = dict(zip(partners, terms_of(partners.values()), strict=True))
    for one, other in combinations(terms, 2):
        if unclear(terms[one], terms[other]):
            yield s.Problem(
                s.Place(file, path=f"accounts[{other}]"),
                f"Nothing says whether a partner is this account or accounts[{one}].",
                "Both may fit one message: let one of them say more, or something else.",
            )


def believed_partners(settings: s.Settings) -> list[str]:
    """The accounts for which whoever says their names speaks, where a listener hears other machines too."""
    listeners = [each for each in settings.listen if isinstance(each, s.NcipListener | s.NcipStreamListener)]
    if all(_is_of_this_machine(each.address.host) for each in listeners):
        return []
    return [
        each.account().name
        for each in _partners(settings).values()
        if not (each.password_hash or each.token or each.certificate or each.address or each.path)
    ]


def _is_of_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unheard_partners(settings: s.Settings, file: str) -> Iterator[s.Problem]:
    """Accounts that nobody can reach by the listeners that there are."""
    over_http = [each for each in settings.listen if isinstance(each, s.NcipListener)]
    listeners = [each for each in settings.listen if isinstance(each, s.NcipListener | s.NcipStreamListener)]
    for number, each in _partners(settings).items():
        place = s.Place(file, path=f"accounts[{number}]")
        if not listeners:
            yield s.Problem(
                place, "No listener hears partners.", "Add one under listen: {ncip: 127.0.0.1:8082}."
            )
        elif (each.path or each.user or each.token is not None) and not over_http:
            yield s.Problem(
                place,
                "A path, a user or a token comes over HTTP, for which there is no listener.",
                "Add one under listen: {ncip: 127.0.0.1:8082}.",
            )
        elif each.certificate and not any(
            one.tls is not None and one.tls.client_ca is not None for one in listeners
        ):
            yield s.Problem(
                place, "No listener asks partners for a certificate.", "Give one of them a client_ca."
            )


def _misagreed(agreed: s.Agreement, file: str, path: str) -> Iterator[s.Problem]:
    """Names that the standard does not have, and tables that cannot be read both ways."""
    for name in sorted(agreed.services or ()):
        if name not in SERVICES:
            yield s.Problem(
                s.Place(file, path=f"{path}.services"),
                f"{name} is no service of NCIP.",
                suggestion(name, sorted(SERVICES), "They are"),
            )
    kinds = {folded(each) for each in HOLD_KIND.values()}
    for said, meant in agreed.request_types.items():
        if folded(meant) not in kinds:
            yield s.Problem(
                s.Place(file, path=f"{path}.request_types.{said}"),
                f"{meant} is no kind of request of the standard.",
                f"They are {', '.join(HOLD_KIND.values())}.",
            )
    for key in ("agencies", "pickup_locations", "request_types"):
        seen: set[str] = set()
        for name in getattr(agreed, key):
            if folded(name) in seen:
                yield s.Problem(
                    s.Place(file, path=f"{path}.{key}.{name}"),
                    f"{name} stands here twice, but for capitals and blanks.",
                    "Take one of them out.",
                )
            seen.add(folded(name))
