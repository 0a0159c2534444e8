"""Every message of SIP2 as bytes and as a record, and error detection written down a second time.

The bytes are composed from 3M SIP2 2.00, with a comment beside each part.  One table serves reading and writing,
in both roles: a message stands here as SoftDock writes it, which is one of the orders that it has to read.
"""

from dataclasses import dataclass

from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.layouts import Message


def sealed(body: bytes, sequence: str | None = "1", *, digits: str | None = None) -> bytes:
    """`body` as a device with error detection sends it, without an end.

    The sum of all bytes and the four digits is 0 in 16 bits; `digits` replaces the right ones.
    """
    text = body if sequence is None else body + b"AY" + sequence.encode()
    text += b"AZ"
    if digits is None:
        digits = f"{(0x10000 - sum(text) % 0x10000) % 0x10000:04X}"
    return text + digits.encode()


@dataclass(frozen=True)
class Golden:
    """One message, as it is on the wire in UTF-8 in front of AY and AZ, and as it is in Python."""

    name: str
    text: str
    message: Message

    @property
    def wire(self) -> bytes:
        return self.text.encode()

    @property
    def code(self) -> str:
        return self.text[:2]


# --- requests -----------------------------------------------------------------------------------------

REQUESTS = [
    Golden(
        "patron status",
        "23"  # Patron Status Request
        "019"  # language: Chinese
        "20260101    120000"  # transaction date: noon of New Year, local time
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ACkiosk|"  # terminal password
        "AD1234|",  # patron password
        m.PatronStatus(
            language="019",
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            terminal_password="kiosk",
            patron_password="1234",
        ),
    ),
    Golden(
        "checkout",
        "11"  # Checkout
        "Y"  # SC renewal policy: the patron may renew
        "N"  # no block: the ACS may refuse
        "20260101    120000"  # transaction date
        "                  "  # no block due date: none
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ABB000000001|"  # item
        "AC|"  # terminal password: required, and empty
        "CHthick|"  # item properties
        "AD1234|"  # patron password
        "BON|"  # fee acknowledged: no
        "BIN|",  # cancel: no
        m.Checkout(
            sc_renewal_policy=True,
            no_block=False,
            transaction_date="20260101    120000",
            nb_due_date=" " * 18,
            institution_id="LIB1",
            patron_identifier="R0001",
            item_identifier="B000000001",
            terminal_password="",
            item_properties="thick",
            patron_password="1234",
            fee_acknowledged="N",
            cancel="N",
        ),
    ),
    Golden(
        "checkin",
        "09"  # Checkin
        "Y"  # no block: it has happened already, while the ACS was away
        "20260101   Z120000"  # transaction date, in UTC
        "20260101    115959"  # return date, in local time
        "APsorter|"  # current location
        "AOLIB1|"  # institution
        "ABB000000001|"  # item
        "AC|"  # terminal password
        "CHthick|"  # item properties
        "BIY|",  # cancel: it undoes a checkout that failed at the device
        m.Checkin(
            no_block=True,
            transaction_date="20260101   Z120000",
            return_date="20260101    115959",
            current_location="sorter",
            institution_id="LIB1",
            item_identifier="B000000001",
            terminal_password="",
            item_properties="thick",
            cancel="Y",
        ),
    ),
    Golden(
        "block patron",
        "01"  # Block Patron
        "Y"  # card retained
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AL卡遗忘在机器上|"  # blocked card message: forgotten in the machine
        "AAR0001|"  # patron
        "AC|",  # terminal password
        m.BlockPatron(
            card_retained=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            blocked_card_message="卡遗忘在机器上",
            patron_identifier="R0001",
            terminal_password="",
        ),
    ),
    Golden(
        "sc status",
        "99"  # SC Status
        "1"  # status: out of paper
        "080"  # longest line of the printer
        "2.00",  # protocol version
        m.ScStatus(status_code="1", max_print_width=80, protocol_version="2.00"),
    ),
    Golden(
        "request acs resend",
        "97",  # Request ACS Resend
        m.RequestAcsResend(),
    ),
    Golden(
        "login",
        "93"  # Login
        "0"  # UID algorithm: plain
        "0"  # PWD algorithm: plain
        "CNkiosk1|"  # login user
        "COsecret|"  # login password
        "CPhall|",  # location code
        m.Login(
            uid_algorithm="0",
            pwd_algorithm="0",
            login_user_id="kiosk1",
            login_password="secret",
            location_code="hall",
        ),
    ),
    Golden(
        "patron information",
        "63"  # Patron Information
        "001"  # language: English
        "20260101    120000"  # transaction date
        "  Y       "  # summary: the charged items
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ACkiosk|"  # terminal password
        "AD1234|"  # patron password
        "BP1|"  # start item
        "BQ5|",  # end item
        m.PatronInformation(
            language="001",
            transaction_date="20260101    120000",
            summary="  Y       ",
            institution_id="LIB1",
            patron_identifier="R0001",
            terminal_password="kiosk",
            patron_password="1234",
            start_item="1",
            end_item="5",
        ),
    ),
    Golden(
        "end patron session",
        "35"  # End Patron Session
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AC|"  # terminal password
        "AD|",  # patron password
        m.EndPatronSession(
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            terminal_password="",
            patron_password="",
        ),
    ),
    Golden(
        "fee paid",
        "37"  # Fee Paid
        "20260101    120000"  # transaction date
        "04"  # fee type: overdue
        "02"  # payment type: credit card
        "CNY"  # currency
        "BV1.50|"  # fee amount
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AC|"  # terminal password
        "AD1234|"  # patron password
        "CGF77|"  # fee identifier
        "BKT9|",  # transaction id
        m.FeePaid(
            transaction_date="20260101    120000",
            fee_type="04",
            payment_type="02",
            currency_type="CNY",
            fee_amount="1.50",
            institution_id="LIB1",
            patron_identifier="R0001",
            terminal_password="",
            patron_password="1234",
            fee_identifier="F77",
            transaction_id="T9",
        ),
    ),
    Golden(
        "item information",
        "17"  # Item Information
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "ABB000000001|"  # item
        "AC|",  # terminal password
        m.ItemInformation(
            transaction_date="20260101    120000",
            institution_id="LIB1",
            item_identifier="B000000001",
            terminal_password="",
        ),
    ),
    Golden(
        "item status update",
        "19"  # Item Status Update
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "ABB000000001|"  # item
        "AC|"  # terminal password
        "CHwet|",  # item properties
        m.ItemStatusUpdate(
            transaction_date="20260101    120000",
            institution_id="LIB1",
            item_identifier="B000000001",
            terminal_password="",
            item_properties="wet",
        ),
    ),
    Golden(
        "patron enable",
        "25"  # Patron Enable
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AC|"  # terminal password
        "AD1234|",  # patron password
        m.PatronEnable(
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            terminal_password="",
            patron_password="1234",
        ),
    ),
    Golden(
        "hold",
        "15"  # Hold
        "+"  # hold mode: place
        "20260101    120000"  # transaction date
        "BW20260301    235959|"  # expiration date, with an identifier though of fixed length
        "BSeast|"  # pickup location
        "BY2|"  # hold type: any copy
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AD1234|"  # patron password
        "ABB000000001|"  # item
        "AJT1|"  # title
        "AC|"  # terminal password
        "BOY|",  # fee acknowledged
        m.Hold(
            hold_mode="+",
            transaction_date="20260101    120000",
            expiration_date="20260301    235959",
            pickup_location="east",
            hold_type="2",
            institution_id="LIB1",
            patron_identifier="R0001",
            patron_password="1234",
            item_identifier="B000000001",
            title_identifier="T1",
            terminal_password="",
            fee_acknowledged="Y",
        ),
    ),
    Golden(
        "renew",
        "29"  # Renew
        "N"  # third party allowed: only who lent it may renew it
        "Y"  # no block
        "20260101    120000"  # transaction date
        "20260131    235959"  # no block due date: what the patron was told
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AD1234|"  # patron password
        "ABB000000001|"  # item
        "AJT1|"  # title
        "AC|"  # terminal password
        "CHthick|"  # item properties
        "BON|",  # fee acknowledged
        m.Renew(
            third_party_allowed=False,
            no_block=True,
            transaction_date="20260101    120000",
            nb_due_date="20260131    235959",
            institution_id="LIB1",
            patron_identifier="R0001",
            patron_password="1234",
            item_identifier="B000000001",
            title_identifier="T1",
            terminal_password="",
            item_properties="thick",
            fee_acknowledged="N",
        ),
    ),
    Golden(
        "renew all",
        "65"  # Renew All
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AD1234|"  # patron password
        "AC|"  # terminal password
        "BOY|",  # fee acknowledged
        m.RenewAll(
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            patron_password="1234",
            terminal_password="",
            fee_acknowledged="Y",
        ),
    ),
]

# --- responses ----------------------------------------------------------------------------------------

RESPONSES = [
    Golden(
        "patron status response",
        "24"  # Patron Status Response
        "Y         Y   "  # patron status: may not charge, excessive fines
        "019"  # language: Chinese
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AE王小明|"  # name
        "BLY|"  # valid patron
        "CQY|"  # valid patron password
        "BHCNY|"  # currency
        "BV12.00|"  # fee amount
        "AF请先缴费|" + "AF谢谢|"  # screen message: please pay first  # a second one: thank you
        "AG12.00 CNY|",  # print line
        m.PatronStatusResponse(
            patron_status="Y         Y   ",
            language="019",
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            personal_name="王小明",
            valid_patron="Y",
            valid_patron_password="Y",
            currency_type="CNY",
            fee_amount="12.00",
            screen_message=("请先缴费", "谢谢"),
            print_line=("12.00 CNY",),
        ),
    ),
    Golden(
        "checkout response",
        "12"  # Checkout Response
        "1"  # ok
        "N"  # renewal ok: this was no renewal
        "U"  # magnetic media: not known
        "Y"  # desensitize
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ABB000000001|"  # item
        "AJ红楼梦|"  # title
        "AH2026-01-31|"  # due date, in free text
        "BT06|"  # fee type: rental
        "CIN|"  # security inhibit
        "BHCNY|"  # currency
        "BV0.50|"  # fee amount
        "CK001|"  # media type: book
        "CHthick|"  # item properties
        "BKT9|"  # transaction id
        "AFEnjoy it.|"  # screen message
        "AGdue 2026-01-31|",  # print line
        m.CheckoutResponse(
            ok=True,
            renewal_ok=False,
            magnetic_media=None,
            desensitize=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            item_identifier="B000000001",
            title_identifier="红楼梦",
            due_date="2026-01-31",
            fee_type="06",
            security_inhibit="N",
            currency_type="CNY",
            fee_amount="0.50",
            media_type="001",
            item_properties="thick",
            transaction_id="T9",
            screen_message=("Enjoy it.",),
            print_line=("due 2026-01-31",),
        ),
    ),
    Golden(
        "checkin response",
        "10"  # Checkin Response
        "1"  # ok
        "Y"  # resensitize
        "N"  # magnetic media: no
        "Y"  # alert: the device beeps
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "ABB000000001|"  # item
        "AQEast branch|"  # permanent location
        "AJDream of the Red Chamber|"  # title
        "CL3|"  # sort bin
        "AAR0001|"  # patron
        "CK001|"  # media type
        "CHthick|"  # item properties
        "CRFIC|"  # collection code (3M extension)
        "CSI242.4|"  # call number (3M extension)
        "CTEAST|"  # destination location (3M extension)
        "CV02|"  # alert type: held at another branch (3M extension)
        "CYR0002|"  # hold patron id (3M extension)
        "DALi Hua|"  # hold patron name (3M extension)
        "AFPut it in bin 3.|"  # screen message
        "AGbin 3|",  # print line
        m.CheckinResponse(
            ok=True,
            resensitize=True,
            magnetic_media=False,
            alert=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            item_identifier="B000000001",
            permanent_location="East branch",
            title_identifier="Dream of the Red Chamber",
            sort_bin="3",
            patron_identifier="R0001",
            media_type="001",
            item_properties="thick",
            collection_code="FIC",
            call_number="I242.4",
            destination_location="EAST",
            alert_type="02",
            hold_patron_id="R0002",
            hold_patron_name="Li Hua",
            screen_message=("Put it in bin 3.",),
            print_line=("bin 3",),
        ),
    ),
    Golden(
        "acs status",
        "98"  # ACS Status
        "Y"  # on-line
        "Y"  # checkin ok
        "Y"  # checkout ok
        "Y"  # ACS renewal policy
        "N"  # status update ok
        "N"  # off-line ok
        "100"  # timeout: ten seconds, in tenths
        "003"  # retries allowed
        "20260101    120000"  # date/time sync
        "2.00"  # protocol version
        "AOLIB1|"  # institution
        "AM城市图书馆|"  # library name
        "BXYYYNYYYYYYYYNYYY|"  # supported messages: all but block patron and patron enable
        "ANhall|"  # terminal location
        "AFWelcome|"  # screen message
        "AGCity Library|",  # print line
        m.AcsStatus(
            on_line_status=True,
            checkin_ok=True,
            checkout_ok=True,
            acs_renewal_policy=True,
            status_update_ok=False,
            off_line_ok=False,
            timeout_period=100,
            retries_allowed=3,
            date_time_sync="20260101    120000",
            protocol_version="2.00",
            institution_id="LIB1",
            library_name="城市图书馆",
            supported_messages="YYYNYYYYYYYYNYYY",
            terminal_location="hall",
            screen_message=("Welcome",),
            print_line=("City Library",),
        ),
    ),
    Golden(
        "request sc resend",
        "96",  # Request SC Resend
        m.RequestScResend(),
    ),
    Golden(
        "login response",
        "94"  # Login Response
        "1",  # ok
        m.LoginResponse(ok=True),
    ),
    Golden(
        "patron information response",
        "64"  # Patron Information Response
        "              "  # patron status: nothing is denied
        "001"  # language: English
        "20260101    120000"  # transaction date
        "0001"  # hold items
        "0002"  # overdue items
        "0010"  # charged items
        "0000"  # fine items
        "    "  # recall items: not supported
        "0001"  # unavailable holds
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AEWang Xiaoming|"  # name
        "BZ0005|"  # hold items limit
        "CA0002|"  # overdue items limit
        "CB0020|"  # charged items limit
        "BLY|"  # valid patron
        "CQY|"  # valid patron password
        "BHCNY|"  # currency
        "BV0.00|"  # fee amount
        "CC50.00|"  # fee limit
        "ASB000000007|"  # a hold item
        "ATB000000001|"  # an overdue item
        "ATB000000002|"  # and another
        "AUB000000001|"  # charged items
        "AUB000000002|"
        "AVB000000009|"  # a fine item
        "BUB000000003|"  # a recall item
        "CDB000000008|"  # an unavailable hold item
        "BD图书馆路1号|"  # home address
        "BEwang@example.org|"  # e-mail
        "BF010 555 0100|"  # phone
        "AFHello|"  # screen message
        "AGHello|",  # print line
        m.PatronInformationResponse(
            patron_status=" " * 14,
            language="001",
            transaction_date="20260101    120000",
            hold_items_count=1,
            overdue_items_count=2,
            charged_items_count=10,
            fine_items_count=0,
            recall_items_count=None,
            unavailable_holds_count=1,
            institution_id="LIB1",
            patron_identifier="R0001",
            personal_name="Wang Xiaoming",
            hold_items_limit="0005",
            overdue_items_limit="0002",
            charged_items_limit="0020",
            valid_patron="Y",
            valid_patron_password="Y",
            currency_type="CNY",
            fee_amount="0.00",
            fee_limit="50.00",
            hold_items=("B000000007",),
            overdue_items=("B000000001", "B000000002"),
            charged_items=("B000000001", "B000000002"),
            fine_items=("B000000009",),
            recall_items=("B000000003",),
            unavailable_hold_items=("B000000008",),
            home_address="图书馆路1号",
            e_mail_address="wang@example.org",
            home_phone_number="010 555 0100",
            screen_message=("Hello",),
            print_line=("Hello",),
        ),
    ),
    Golden(
        "end session response",
        "36"  # End Session Response
        "Y"  # the session has ended
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AF再见|"  # screen message: good bye
        "AGbye|",  # print line
        m.EndSessionResponse(
            end_session=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            screen_message=("再见",),
            print_line=("bye",),
        ),
    ),
    Golden(
        "fee paid response",
        "38"  # Fee Paid Response
        "Y"  # payment accepted
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "BKT9|"  # transaction id
        "AFPaid|"  # screen message
        "AG1.50 CNY|",  # print line
        m.FeePaidResponse(
            payment_accepted=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            transaction_id="T9",
            screen_message=("Paid",),
            print_line=("1.50 CNY",),
        ),
    ),
    Golden(
        "item information response",
        "18"  # Item Information Response
        "04"  # circulation status: charged
        "01"  # security marker: none
        "06"  # fee type: rental
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution: not in the paper, sent by many
        "ABB000000001|"  # item
        "AJ红楼梦|"  # title
        "CF2|"  # hold queue length
        "AH2026-01-31|"  # due date
        "CJ20260115    000000|"  # recall date
        "CM20260208    235959|"  # hold pickup date: when the hold lapses
        "BGCity|"  # owner
        "BHCNY|"  # currency
        "BV0.50|"  # fee amount
        "CK001|"  # media type
        "AQEast|"  # permanent location
        "APHall|"  # current location
        "CHthick|"  # item properties
        "CRFIC|"  # collection code (3M extension)
        "CSI242.4|"  # call number (3M extension)
        "AFLent|"  # screen message
        "AGLent|",  # print line
        m.ItemInformationResponse(
            circulation_status="04",
            security_marker="01",
            fee_type="06",
            transaction_date="20260101    120000",
            institution_id="LIB1",
            item_identifier="B000000001",
            title_identifier="红楼梦",
            hold_queue_length="2",
            due_date="2026-01-31",
            recall_date="20260115    000000",
            hold_pickup_date="20260208    235959",
            owner="City",
            currency_type="CNY",
            fee_amount="0.50",
            media_type="001",
            permanent_location="East",
            current_location="Hall",
            item_properties="thick",
            collection_code="FIC",
            call_number="I242.4",
            screen_message=("Lent",),
            print_line=("Lent",),
        ),
    ),
    Golden(
        "item status update response",
        "20"  # Item Status Update Response
        "1"  # item properties ok: stored
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution: not in the paper
        "ABB000000001|"  # item
        "AJT1|"  # title
        "CHwet|"  # item properties
        "AFStored|"  # screen message
        "AGStored|",  # print line
        m.ItemStatusUpdateResponse(
            item_properties_ok=True,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            item_identifier="B000000001",
            title_identifier="T1",
            item_properties="wet",
            screen_message=("Stored",),
            print_line=("Stored",),
        ),
    ),
    Golden(
        "patron enable response",
        "26"  # Patron Enable Response
        "YYYY          "  # patron status: charge, renewal, recall and hold denied
        "000"  # language: unknown
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "AE|"  # name: none
        "BLY|"  # valid patron
        "CQN|"  # valid patron password: no
        "AFWrong PIN|"  # screen message
        "AGWrong PIN|",  # print line
        m.PatronEnableResponse(
            patron_status="YYYY          ",
            language="000",
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            personal_name="",
            valid_patron="Y",
            valid_patron_password="N",
            screen_message=("Wrong PIN",),
            print_line=("Wrong PIN",),
        ),
    ),
    Golden(
        "hold response",
        "16"  # Hold Response
        "1"  # ok
        "N"  # available: somebody has it
        "20260101    120000"  # transaction date
        "BW20260301    235959|"  # expiration date
        "BR2|"  # queue position
        "BSeast|"  # pickup location
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ABB000000001|"  # item
        "AJT1|"  # title
        "AFPlaced|"  # screen message
        "AGPlaced|",  # print line
        m.HoldResponse(
            ok=True,
            available=False,
            transaction_date="20260101    120000",
            expiration_date="20260301    235959",
            queue_position="2",
            pickup_location="east",
            institution_id="LIB1",
            patron_identifier="R0001",
            item_identifier="B000000001",
            title_identifier="T1",
            screen_message=("Placed",),
            print_line=("Placed",),
        ),
    ),
    Golden(
        "renew response",
        "30"  # Renew Response
        "0"  # ok: no
        "N"  # renewal ok: no
        "Y"  # magnetic media
        "N"  # desensitize: no
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "AAR0001|"  # patron
        "ABB000000001|"  # item
        "AJT1|"  # title
        "AH|"  # due date: required, and there is none
        "BT01|"  # fee type: other
        "CIY|"  # security inhibit
        "BHCNY|"  # currency
        "BV1.00|"  # fee amount
        "CK006|"  # media type: CD
        "CHdisc|"  # item properties
        "BKT9|"  # transaction id
        "AF已被预约|"  # screen message: somebody waits for it
        "AGsorry|",  # print line
        m.RenewResponse(
            ok=False,
            renewal_ok=False,
            magnetic_media=True,
            desensitize=False,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            patron_identifier="R0001",
            item_identifier="B000000001",
            title_identifier="T1",
            due_date="",
            fee_type="01",
            security_inhibit="Y",
            currency_type="CNY",
            fee_amount="1.00",
            media_type="006",
            item_properties="disc",
            transaction_id="T9",
            screen_message=("已被预约",),
            print_line=("sorry",),
        ),
    ),
    Golden(
        "renew all response",
        "66"  # Renew All Response
        "1"  # ok
        "0002"  # renewed
        "0001"  # not renewed
        "20260101    120000"  # transaction date
        "AOLIB1|"  # institution
        "BMB000000001|"  # renewed items
        "BMB000000002|"
        "BNB000000003|"  # unrenewed items
        "AF2 renewed|"  # screen message
        "AG2 renewed|",  # print line
        m.RenewAllResponse(
            ok=True,
            renewed_count=2,
            unrenewed_count=1,
            transaction_date="20260101    120000",
            institution_id="LIB1",
            renewed_items=("B000000001", "B000000002"),
            unrenewed_items=("B000000003",),
            screen_message=("2 renewed",),
            print_line=("2 renewed",),
        ),
    ),
]

MESSAGES = REQUESTS + RESPONSES

BY_CODE = {each.code: each for each in MESSAGES}
