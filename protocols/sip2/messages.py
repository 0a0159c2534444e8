"""The messages of 3M SIP2 2.00: a table of the standard in the form of classes.

Names and order follow the standard's descriptions of the messages ("Requests from SC to ACS" and
"Responses from ACS to SC", protocol description revision 2.12).  An attribute is None, or an empty
tuple where the field repeats, if the field is not there.  Each class serves both roles.
"""

from softdock.protocols.sip2 import fields as f
from softdock.protocols.sip2.layouts import (
    LAYOUTS,
    NO_STAMP,
    Code1,
    Code2,
    Code3,
    Code4,
    Code10,
    Code14,
    Digits1,
    Digits2,
    Digits3,
    Flag,
    FlagOrUnknown,
    HoldMode,
    LooseStamp,
    Message,
    Number3,
    Number4,
    Ok,
    OtherFields,
    Stamp,
    message,
)

# --- requests, SC to ACS ------------------------------------------------------------------------------


@message("23", required="AO AA AC AD", needed="AA")
class PatronStatus(Message):
    """Patron Status Request, answered by 24."""

    language: Digits3 = "000"
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    patron_password: f.AD = None
    other: OtherFields = ()


@message("11", required="AO AA AB AC", needed="AA AB")
class Checkout(Message):
    """Checkout, answered by 12."""

    sc_renewal_policy: Flag = False
    no_block: Flag = False
    transaction_date: Stamp = NO_STAMP
    nb_due_date: LooseStamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    item_identifier: f.AB = None
    terminal_password: f.AC = None
    item_properties: f.CH = None
    patron_password: f.AD = None
    fee_acknowledged: f.BO = None
    cancel: f.BI = None
    other: OtherFields = ()


@message("09", required="AP AO AB AC", needed="AB")
class Checkin(Message):
    """Checkin, answered by 10."""

    no_block: Flag = False
    transaction_date: Stamp = NO_STAMP
    return_date: LooseStamp = NO_STAMP
    current_location: f.AP = None
    institution_id: f.AO = None
    item_identifier: f.AB = None
    terminal_password: f.AC = None
    item_properties: f.CH = None
    cancel: f.BI = None
    other: OtherFields = ()


@message("01", required="AO AL AA AC", needed="AA")
class BlockPatron(Message):
    """Block Patron, answered by 24."""

    card_retained: Flag = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    blocked_card_message: f.AL = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    other: OtherFields = ()


@message("99")
class ScStatus(Message):
    """SC Status, answered by 98."""

    status_code: Digits1 = "0"
    max_print_width: Number3 = 0
    protocol_version: Code4 = "2.00"
    other: OtherFields = ()


@message("97")
class RequestAcsResend(Message):
    """Request ACS Resend, answered by the previous response.  Carries no sequence number."""

    other: OtherFields = ()


@message("93", required="CN CO", needed="CN")
class Login(Message):
    """Login, answered by 94."""

    uid_algorithm: Code1 = "0"
    pwd_algorithm: Code1 = "0"  # noqa: S105 - no password, but that it is not encrypted
    login_user_id: f.CN = None
    login_password: f.CO = None
    location_code: f.CP = None
    other: OtherFields = ()


@message("63", required="AO AA", needed="AA")
class PatronInformation(Message):
    """Patron Information, answered by 64."""

    language: Digits3 = "000"
    transaction_date: Stamp = NO_STAMP
    summary: Code10 = " " * 10
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    patron_password: f.AD = None
    start_item: f.BP = None
    end_item: f.BQ = None
    other: OtherFields = ()


@message("35", required="AO AA", needed="AA")
class EndPatronSession(Message):
    """End Patron Session, answered by 36."""

    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    patron_password: f.AD = None
    other: OtherFields = ()


@message("37", required="BV AO AA", needed="AA BV")
class FeePaid(Message):
    """Fee Paid, answered by 38."""

    transaction_date: Stamp = NO_STAMP
    fee_type: Digits2 = "01"
    payment_type: Digits2 = "00"
    currency_type: Code3 = "   "
    fee_amount: f.BV = None
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    patron_password: f.AD = None
    fee_identifier: f.CG = None
    transaction_id: f.BK = None
    other: OtherFields = ()


@message("17", required="AO AB", needed="AB")
class ItemInformation(Message):
    """Item Information, answered by 18."""

    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    item_identifier: f.AB = None
    terminal_password: f.AC = None
    other: OtherFields = ()


@message("19", required="AO AB CH", needed="AB")
class ItemStatusUpdate(Message):
    """Item Status Update, answered by 20."""

    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    item_identifier: f.AB = None
    terminal_password: f.AC = None
    item_properties: f.CH = None
    other: OtherFields = ()


@message("25", required="AO AA", needed="AA")
class PatronEnable(Message):
    """Patron Enable, answered by 26."""

    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    terminal_password: f.AC = None
    patron_password: f.AD = None
    other: OtherFields = ()


@message("15", required="AO AA", needed="AA")
class Hold(Message):
    """Hold, answered by 16.  Of use only with AB or AJ."""

    hold_mode: HoldMode = "+"
    transaction_date: Stamp = NO_STAMP
    expiration_date: f.BW = None
    pickup_location: f.BS = None
    hold_type: f.BY = None
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    patron_password: f.AD = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    terminal_password: f.AC = None
    fee_acknowledged: f.BO = None
    other: OtherFields = ()


@message("29", required="AO AA", needed="AA")
class Renew(Message):
    """Renew, answered by 30.  Of use only with AB or AJ."""

    third_party_allowed: Flag = False
    no_block: Flag = False
    transaction_date: Stamp = NO_STAMP
    nb_due_date: LooseStamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    patron_password: f.AD = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    terminal_password: f.AC = None
    item_properties: f.CH = None
    fee_acknowledged: f.BO = None
    other: OtherFields = ()


@message("65", required="AO AA", needed="AA")
class RenewAll(Message):
    """Renew All, answered by 66."""

    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    patron_password: f.AD = None
    terminal_password: f.AC = None
    fee_acknowledged: f.BO = None
    other: OtherFields = ()


# --- responses, ACS to SC -----------------------------------------------------------------------------


@message("24", required="AO AA AE")
class PatronStatusResponse(Message):
    """Patron Status Response, to 23 and 01."""

    patron_status: Code14 = " " * 14
    language: Code3 = "000"
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    personal_name: f.AE = None
    valid_patron: f.BL = None
    valid_patron_password: f.CQ = None
    currency_type: f.BH = None
    fee_amount: f.BV = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("12", required="AO AA AB AJ AH")
class CheckoutResponse(Message):
    """Checkout Response, to 11."""

    ok: Ok = False
    renewal_ok: Flag = False
    magnetic_media: FlagOrUnknown = None
    desensitize: FlagOrUnknown = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    due_date: f.AH = None
    fee_type: f.BT = None
    security_inhibit: f.CI = None
    currency_type: f.BH = None
    fee_amount: f.BV = None
    media_type: f.CK = None
    item_properties: f.CH = None
    transaction_id: f.BK = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("10", required="AO AB AQ")
class CheckinResponse(Message):
    """Checkin Response, to 09, with the 3M extensions that sorters act on."""

    ok: Ok = False
    resensitize: Flag = False
    magnetic_media: FlagOrUnknown = None
    alert: Flag = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    item_identifier: f.AB = None
    permanent_location: f.AQ = None
    title_identifier: f.AJ = None
    sort_bin: f.CL = None
    patron_identifier: f.AA = None
    media_type: f.CK = None
    item_properties: f.CH = None
    collection_code: f.CR = None
    call_number: f.CS = None
    destination_location: f.CT = None
    alert_type: f.CV = None
    hold_patron_id: f.CY = None
    hold_patron_name: f.DA = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("98", required="AO BX")
class AcsStatus(Message):
    """ACS Status, to 99; an ACS may also send it in place of any other response."""

    on_line_status: Flag = False
    checkin_ok: Flag = False
    checkout_ok: Flag = False
    acs_renewal_policy: Flag = False
    status_update_ok: Flag = False
    off_line_ok: Flag = False
    timeout_period: Number3 = 999
    retries_allowed: Number3 = 999
    date_time_sync: Stamp = "0" * 18
    protocol_version: Code4 = "2.00"
    institution_id: f.AO = None
    library_name: f.AM = None
    supported_messages: f.BX = None
    terminal_location: f.AN = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("96")
class RequestScResend(Message):
    """Request SC Resend.  Carries no sequence number."""

    other: OtherFields = ()


@message("94")
class LoginResponse(Message):
    """Login Response, to 93."""

    ok: Ok = False
    other: OtherFields = ()


@message("64", required="AO AA AE")
class PatronInformationResponse(Message):
    """Patron Information Response, to 63."""

    patron_status: Code14 = " " * 14
    language: Code3 = "000"
    transaction_date: Stamp = NO_STAMP
    hold_items_count: Number4 = 0
    overdue_items_count: Number4 = 0
    charged_items_count: Number4 = 0
    fine_items_count: Number4 = 0
    recall_items_count: Number4 = 0
    unavailable_holds_count: Number4 = 0
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    personal_name: f.AE = None
    hold_items_limit: f.BZ = None
    overdue_items_limit: f.CA = None
    charged_items_limit: f.CB = None
    valid_patron: f.BL = None
    valid_patron_password: f.CQ = None
    currency_type: f.BH = None
    fee_amount: f.BV = None
    fee_limit: f.CC = None
    hold_items: f.AS = ()
    overdue_items: f.AT = ()
    charged_items: f.AU = ()
    fine_items: f.AV = ()
    recall_items: f.BU = ()
    unavailable_hold_items: f.CD = ()
    home_address: f.BD = None
    e_mail_address: f.BE = None
    home_phone_number: f.BF = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("36", required="AO AA")
class EndSessionResponse(Message):
    """End Session Response, to 35."""

    end_session: Flag = True
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("38", required="AO AA")
class FeePaidResponse(Message):
    """Fee Paid Response, to 37."""

    payment_accepted: Flag = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    transaction_id: f.BK = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("18", required="AB AJ")
class ItemInformationResponse(Message):
    """Item Information Response, to 17.  The paper gives it no AO; many servers send one."""

    circulation_status: Code2 = "01"
    security_marker: Code2 = "00"
    fee_type: Code2 = "01"
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    hold_queue_length: f.CF = None
    due_date: f.AH = None
    recall_date: f.CJ = None
    hold_pickup_date: f.CM = None
    owner: f.BG = None
    currency_type: f.BH = None
    fee_amount: f.BV = None
    media_type: f.CK = None
    permanent_location: f.AQ = None
    current_location: f.AP = None
    item_properties: f.CH = None
    collection_code: f.CR = None
    call_number: f.CS = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("20", required="AB")
class ItemStatusUpdateResponse(Message):
    """Item Status Update Response, to 19."""

    item_properties_ok: Ok = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    item_properties: f.CH = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("26", required="AO AA AE")
class PatronEnableResponse(Message):
    """Patron Enable Response, to 25."""

    patron_status: Code14 = " " * 14
    language: Code3 = "000"
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    personal_name: f.AE = None
    valid_patron: f.BL = None
    valid_patron_password: f.CQ = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("16", required="AO AA")
class HoldResponse(Message):
    """Hold Response, to 15."""

    ok: Ok = False
    available: Flag = False
    transaction_date: Stamp = NO_STAMP
    expiration_date: f.BW = None
    queue_position: f.BR = None
    pickup_location: f.BS = None
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("30", required="AO AA AB AJ AH")
class RenewResponse(Message):
    """Renew Response, to 29."""

    ok: Ok = False
    renewal_ok: Flag = False
    magnetic_media: FlagOrUnknown = None
    desensitize: FlagOrUnknown = False
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    patron_identifier: f.AA = None
    item_identifier: f.AB = None
    title_identifier: f.AJ = None
    due_date: f.AH = None
    fee_type: f.BT = None
    security_inhibit: f.CI = None
    currency_type: f.BH = None
    fee_amount: f.BV = None
    media_type: f.CK = None
    item_properties: f.CH = None
    transaction_id: f.BK = None
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


@message("66", required="AO")
class RenewAllResponse(Message):
    """Renew All Response, to 65."""

    ok: Ok = False
    renewed_count: Number4 = 0
    unrenewed_count: Number4 = 0
    transaction_date: Stamp = NO_STAMP
    institution_id: f.AO = None
    renewed_items: f.BM = ()
    unrenewed_items: f.BN = ()
    screen_message: f.AF = ()
    print_line: f.AG = ()
    other: OtherFields = ()


RESPONSE_TO: dict[str, str] = {
    "23": "24",
    "11": "12",
    "09": "10",
    "01": "24",
    "99": "98",
    "93": "94",
    "63": "64",
    "35": "36",
    "37": "38",
    "17": "18",
    "19": "20",
    "25": "26",
    "15": "16",
    "29": "30",
    "65": "66",
}
"""Code of the response to each request.  97 has none of its own: it is answered by what went before."""

REQUESTS = {code: LAYOUTS[code] for code in (*RESPONSE_TO, "97")}
"""What a terminal may send, by its code."""

RESPONSES = {code: LAYOUTS[code] for code in (*RESPONSE_TO.values(), "96")}
"""What a library's system may send, by its code."""
