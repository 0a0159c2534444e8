"""A library's system on pysip2, another program's SIP2 server: a few patrons, a few items, and what was lent.

python pysip2_library.py        prints the port that it listens on, and serves until its input ends
"""

import sys

import anyio
from pysip2 import routes
from pysip2.models import (
    CheckinResponse,
    CheckoutResponse,
    EndSessionResponse,
    FeePaidResponse,
    HoldResponse,
    ItemInformationResponse,
    LoginResponse,
    PatronInformationResponse,
    PatronStatusResponse,
    RenewResponse,
)
from pysip2.server import SIP2Server

PATRONS = {"P1": ("Ada Lovelace", "1815"), "P2": ("Émile Zola", "1840")}
ITEMS = {"X1": "Notes on the Analytical Engine", "X2": "Germinal"}
LENT: dict[str, str] = {}

library = SIP2Server(
    encoding="latin-1", institution_id="PY", library_name="Library of Python", login_required=True
)


def answered(kind, request, ctx, **values):
    common = {"transaction_date": ctx.now_18(), "institution_id": request.institution_id}
    return kind(**common, **values)


@library.route(routes.LOGIN)
def login(request, ctx):
    return LoginResponse(
        ok="1" if (request.login_user_id, request.login_password) == ("soft", "dock") else "0"
    )


def card(request):
    name, pin = PATRONS.get(request.patron_identifier, ("", ""))
    return {
        "patron_status": " " * 14 if name else "YYYY".ljust(14),
        "language": getattr(request, "language", "000"),
        "patron_identifier": request.patron_identifier,
        "personal_name": name,
        "valid_patron": "Y" if name else "N",
        "valid_patron_password": "Y" if name and request.patron_password == pin else "N",
    }


@library.route(routes.PATRON_STATUS)
def patron_status(request, ctx):
    return answered(PatronStatusResponse, request, ctx, **card(request))


@library.route(routes.PATRON_INFORMATION)
def patron_information(request, ctx):
    loans = tuple(item for item, patron in LENT.items() if patron == request.patron_identifier)
    return answered(
        PatronInformationResponse,
        request,
        ctx,
        hold_items_count="0000",
        overdue_items_count="0000",
        charged_items_count=f"{len(loans):04d}",
        fine_items_count="0000",
        recall_items_count="0000",
        unavailable_holds_count="0000",
        charged_items=loans if request.summary.find("Y") == 2 else (),
        **card(request),
    )


def loan(kind, request, ctx, ok, renewal, message=()):
    return answered(
        kind,
        request,
        ctx,
        ok="1" if ok else "0",
        renewal_ok="Y" if renewal else "N",
        magnetic_media="U",
        desensitize="Y" if ok else "N",
        patron_identifier=request.patron_identifier,
        item_identifier=request.item_identifier,
        title_identifier=ITEMS.get(request.item_identifier, ""),
        due_date="2099-12-31" if ok else "",
        screen_message=message,
    )


@library.route(routes.CHECKOUT)
def checkout(request, ctx):
    item, patron = request.item_identifier, request.patron_identifier
    if item not in ITEMS or patron not in PATRONS:
        return loan(CheckoutResponse, request, ctx, False, False, ("Not known",))
    if LENT.get(item, patron) != patron:
        return loan(CheckoutResponse, request, ctx, False, False, ("Lent to somebody else",))
    renewal = item in LENT
    LENT[item] = patron
    return loan(CheckoutResponse, request, ctx, True, renewal)


@library.route(routes.RENEW)
def renew(request, ctx):
    lent = LENT.get(request.item_identifier) == request.patron_identifier
    return loan(RenewResponse, request, ctx, lent, lent)


@library.route(routes.CHECKIN)
def checkin(request, ctx):
    had = LENT.pop(request.item_identifier, None)
    return answered(
        CheckinResponse,
        request,
        ctx,
        ok="1" if had else "0",
        resensitize="Y" if had else "N",
        magnetic_media="U",
        alert="N",
        item_identifier=request.item_identifier,
        permanent_location="STACKS",
        title_identifier=ITEMS.get(request.item_identifier, ""),
        patron_identifier=had,
    )


@library.route(routes.ITEM_INFORMATION)
def item_information(request, ctx):
    item = request.item_identifier
    return ItemInformationResponse(
        circulation_status="04" if item in LENT else "03" if item in ITEMS else "01",
        security_marker="00",
        fee_type="01",
        transaction_date=ctx.now_18(),
        item_identifier=item,
        title_identifier=ITEMS.get(item, ""),
    )


@library.route(routes.HOLD)
def hold(request, ctx):
    return answered(
        HoldResponse,
        request,
        ctx,
        ok="1",
        available="N",
        patron_identifier=request.patron_identifier,
        item_identifier=request.item_identifier,
        queue_position="2",
    )


@library.route(routes.FEE_PAID)
def fee_paid(request, ctx):
    accepted = "Y" if request.fee_amount == "2.50" else "N"
    return answered(
        FeePaidResponse,
        request,
        ctx,
        payment_accepted=accepted,
        patron_identifier=request.patron_identifier,
        transaction_id=request.transaction_id,
    )


@library.route(routes.END_PATRON_SESSION)
def end_session(request, ctx):
    return answered(
        EndSessionResponse, request, ctx, end_session="Y", patron_identifier=request.patron_identifier
    )


async def main():
    async with library.start() as port:
        print(port, flush=True)  # noqa: T201 - to whoever started it
        await anyio.to_thread.run_sync(sys.stdin.read)


if __name__ == "__main__":
    anyio.run(main)
