"""ALEPH's X-Server without a network: what it answers, and how strict it is."""

import re

import pytest

from simulated import XServer
from softdock.kit.simulators import Asked, Harm
from softdock.kit.simulators.aleph.xserver import USER


@pytest.fixture
def x():
    return XServer()


def info(x, bor_id="8700000001", **lists):
    document = x.said("bor-info", library="MNL50", bor_id=bor_id, **lists)
    assert document.find("error") is None, document.findtext("error")
    return document


# --- accounts and sessions ----------------------------------------------------------------------------


def test_a_reply_is_named_after_its_service_and_ends_with_a_session(x):
    document = x.said("bor_info", library="MNL50", bor_id="8700000001")

    assert document.tag == "bor-info"
    assert re.fullmatch("[0-9A-F]{50}", document[-1].text) and document[-1].tag == "session-id"


def test_the_same_with_hyphens_in_the_names_of_parameters(x):
    document = x.said("bor-info", **{"library": "MNL50", "bor-id": "8700000001"})

    assert document.findtext("z303/z303-name") == "Sample, Anna"


def test_whoever_names_no_account_may_read_the_catalogue_and_no_reader(x):
    assert x.read(("op", "find"), ("base", "MNL01"), ("request", "BAR=02000001")).tag == "find"

    denied = x.read(("op", "bor-info"), ("library", "MNL50"), ("bor_id", "8700000001"))
    assert (denied.tag, denied.findtext("error")) == ("login", "Error 0005 Not defined in file www_x_login.")


def test_a_service_that_is_none_and_a_wrong_account_are_told_by_a_login_too(x):
    none, wrong = x.said("lend"), x.read(("op", "ping"), ("user_name", USER), ("user_password", "guessed"))

    assert (none.tag, none.findtext("error")) == ("login", "Missing op program")
    assert wrong.tag == "login" and "not valid" in wrong.findtext("error")


def test_a_session_stands_for_the_account_that_opened_it(x):
    session = x.said("login").findtext("session-id")
    asked = (("op", "bor-info"), ("library", "MNL50"), ("bor_id", "8700000001"))

    assert x.read(*asked, ("session", session)).findtext("session-id") == session
    x.system.deny(Harm.SESSION, Asked("bor-info", "GET", "/X"))
    over = x.read(*asked, ("session", session))

    assert (over.tag, over.findtext("error")) == ("login", "Error 0017 Session is not valid any more.")


def test_a_login_needs_an_account(x):
    assert x.read(("op", "login")).findtext("error") == "Missing op program"


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/Y", "GET", 404), ("/X", "PUT", 405), ("/rest-dlf/nothing", "GET", 404)]
)
def test_elsewhere_there_is_nothing(x, path, method, status):
    assert x.reply(path, (), method).status == status


# --- readers ------------------------------------------------------------------------------------------


def test_a_verification_is_needed_and_checked(x):
    card = {"library": "MNL50", "bor_id": "8700000001"}

    assert x.said("bor-auth", **card, verification="135790").findtext("z303/z303-id") == "MN0000101   "
    assert x.error("bor-auth", **card) == "Both Bor_Id and Verification must be supplied"
    assert x.error("bor-auth", **card, verification="1") == "Error in Verification"
    assert x.error("bor-auth", library="MNL50", bor_id="1", verification="135790") == "Error in Verification"
    assert x.error("bor-info", **card, verification="1") == "Error in Verification"


def test_a_reader_is_known_by_the_card_and_by_the_number_with_blanks_behind_it(x):
    names = {info(x, key).findtext("z303/z303-name") for key in ("8700000001", "MN0000101", "mn0000101   ")}

    assert names == {"Sample, Anna"}
    assert x.error("bor-info", library="MNL50", bor_id="1") == "Patron record does not exist"


@pytest.mark.parametrize("lacking", ["library", "bor_id"])
def test_what_is_needed_is_named_where_it_lacks(x, lacking):
    fields = {"library": "MNL50", "bor_id": "8700000001"}
    del fields[lacking]

    assert x.error("bor-info", **fields) == f"Parameter {lacking} must be supplied"


def test_a_parameter_that_nobody_knows_does_no_harm(x):
    assert info(x, con_lag="CHI").findtext("z303/z303-name") == "Sample, Anna"


def test_lists_come_where_they_are_asked_for(x):
    def lists(**asked):
        return {each.tag for each in info(x, "8700000007", **asked)} - {"z303", "z304", "z305", "session-id"}

    assert lists() == set()
    assert lists(loans="Y", cash="B", hold="Y") == {"item-l", "balance", "sign"}
    assert (
        x.error("bor-info", library="MNL50", bor_id="8700000007", loans="yes")
        == "Parameter loans is not valid"
    )


def test_dates_have_several_forms_in_one_reply(x):
    document = info(x, loans="Y")

    assert document.findtext("z303/z303-birth-date") == "19900102"
    assert document.findtext("z305/z305-expiry-date") == "20980630"
    assert document.findtext("z305/z305-delinq-1-update-date") == "00000000"
    assert (
        document.findtext("item-l/z36/z36-due-date") == document.findtext("item-l/due-date") == "30/03/2026"
    )
    assert document.findtext("item-l/z36/z36-returned-date") == "00000000"


def test_the_end_of_a_day_is_24_00_at_one_loan_and_23_59_at_another(x):
    assert info(x, loans="Y").findtext("item-l/due-hour") == "24:00"
    assert [each.text for each in info(x, "8700000007", loans="Y").iter("due-hour")] == ["23:59", "18:00"]


def test_a_card_without_an_end_ends_far_away(x):
    assert info(x, "8700000007").findtext("z305/z305-expiry-date") == "20991231"


@pytest.mark.parametrize(
    ("card", "lost", "block", "may"),
    [
        ("8700000001", "00", "00", "Y"),
        ("8700000002", "02", "00", "N"),
        ("8700000003", "00", "00", "N"),
        ("8700000004", "00", "09", "N"),
        ("8700000005", "00", "00", "Y"),
    ],
)
def test_what_is_wrong_with_a_card_is_told_by_codes_and_rights(x, card, lost, block, may):
    document = info(x, card)

    assert document.findtext("z303/z303-delinq-1") == lost
    assert document.findtext("z305/z305-delinq-1") == block
    assert bool(document.findtext("z305/z305-delinq-n-1")) is (block != "00")
    assert document.findtext("z305/z305-loan-permission") == may


def test_debits_stand_in_parentheses_and_the_sign_of_a_balance_beside_it(x):
    open_ones = info(x, "8700000005", cash="O")
    everything = info(x, "8700000005", cash="F")

    assert [each.text for each in open_ones.iter("z31-sum")] == ["(20.00)", "(40.00)"]
    assert (open_ones.findtext("balance"), open_ones.findtext("sign")) == ("60.00", "D")
    assert [each.text for each in everything.iter("z31-sum")] == ["(20.00)", "(40.00)", "(5.00)"]
    assert [each.text for each in everything.iter("z31-payment-date")] == ["00000000", "00000000", "20260115"]
    assert info(x, cash="B").findtext("sign") == "C"


def test_a_fine_that_grows_is_no_cash_yet(x):
    document = info(x, "8700000007", loans="Y", cash="O")

    assert document.findtext("item-l/current-fine") == "      14.00"
    assert document.findtext("balance") == "0.00"


def test_words_give_way_to_codes_where_no_translation_is_asked_for(x):
    def words(**asked):
        document = info(x, loans="Y", **asked)
        return document.findtext("z305/z305-bor-status"), document.findtext("item-l/z30/z30-item-status")

    assert words() == ("Student", "4 Weeks")
    assert words(translate="N") == ("01", "01")


def test_a_hold_on_the_shelf_is_told_from_one_in_the_queue(x):
    document = info(x, "8700000006", hold="Y")

    found = [
        (hold.findtext("z37/z37-status"), hold.findtext("z30/z30-barcode"))
        for hold in document.iter("item-h")
    ]
    assert found == [("S", "02000006"), ("A", "02000005")]


def test_a_part_of_a_list_leaves_the_titles_out(x):
    document = info(x, loans="P")

    assert document.find("item-l/z36") is not None
    assert document.find("item-l/z13") is None


# --- items --------------------------------------------------------------------------------------------


def item_data(x, document):
    return x.said("item-data", base="MNL01", doc_number=document)


def test_the_parts_of_a_loan_stand_at_an_item_while_there_is_one(x):
    lent, free = item_data(x, "423"), item_data(x, "000000421")

    assert lent.findtext("item/loan-due-date") == "20260330"
    assert [each.text for each in free.iter("rec-key")] == ["000000421000010", "000000421000020"]
    assert free.find("item/loan-status") is None


def test_an_item_that_is_kept_for_somebody_is_told(x):
    assert item_data(x, "425").findtext("item/on-hold") == "Y"
    assert item_data(x, "424").findtext("item/requested") == "Y"
    assert x.error("item-data", base="MNL01", doc_number="1") == "Document does not exist"


@pytest.mark.parametrize(
    ("document", "due"),
    [
        ("421", "On Shelf"),
        ("423", "30/03/26"),
        ("425", "On Hold"),
        ("426", "Main Library"),
        ("427", "In Process"),
    ],
)
def test_a_due_date_may_be_any_text(x, document, due):
    assert x.said("circ-status", library="MNL01", sys_no=document).findtext("item-data/due-date") == due


def test_an_item_is_read_by_its_barcode_or_by_document_and_sequence_in_any_form(x):
    assert (
        x.said("read-item", library="MNL50", item_barcode="02000002").findtext("z30/z30-item-sequence")
        == "   2.0"
    )
    for sequence in ("20", "000020", "   2.0"):
        found = x.said("read-item", library="MNL50", doc_number="000000421", item_sequence=sequence)
        assert found.findtext("z30/z30-barcode") == "02000002"
    assert x.error("read-item", library="MNL50", item_barcode="1") == "Item record does not exist"


def test_what_is_in_process_has_a_status_of_its_own(x):
    found = x.said("read-item", library="MNL50", item_barcode="02000008", translate="N")

    assert found.findtext("z30/z30-item-process-status") == "IP"


# --- holds and renewals -------------------------------------------------------------------------------


def test_a_hold_is_placed_and_cancelled_by_its_sequence(x):
    wish = {"library": "MNL50", "bor_id": "8700000001", "item_barcode": "02000005"}
    assert x.said("hold-req", **wish, end_request_date="20260630").findtext("reply") == "ok"
    assert x.error("hold-req", **wish) == "Patron has already requested this item"

    hold = info(x, hold="Y").find("item-h/z37")
    place = {
        name: hold.findtext(f"z37-{name.replace('_', '-')}")
        for name in ("doc_number", "item_sequence", "sequence")
    }
    assert x.said("hold-req-cancel", library="MNL50", **place).findtext("reply") == "ok"

    assert info(x, hold="Y").find("item-h") is None
    assert x.error("hold-req-cancel", library="MNL50", **place) == "Hold request does not exist"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pickup_location": "NOWHERE"}, "Pickup location is not valid"),
        ({"end_request_date": "30/06/2026"}, "Date is not valid"),
        ({"bor_id": "8700000004"}, "Patron has a block"),
    ],
)
def test_a_hold_that_does_not_fit_is_refused(x, wrong, said):
    wish = {"library": "MNL50", "bor_id": "8700000001", "item_barcode": "02000005"} | wrong

    assert x.error("hold-req", **wish) == said


def test_a_renewal_tells_the_new_date_or_why_not_in_more_texts(x):
    renewed = x.said("renew", library="MNL50", bor_id="8700000001", item_barcode="02000004")
    refused = x.said("renew", library="MNL50", bor_id="8700000007", item_barcode="02000010")

    assert (renewed.findtext("reply"), renewed.findtext("due-hour")) == ("ok", "24:00")
    assert re.fullmatch(r"\d\d/\d\d/2026", renewed.findtext("due-date"))
    assert refused.find("reply") is None
    assert refused.findtext("error-text-1") == "Limit of renewals has been reached"


# --- the catalogue ------------------------------------------------------------------------------------


def test_a_record_is_found_by_a_barcode_and_then_presented(x):
    found = x.said("find", base="MNL01", code="BAR", request="02000003")
    record = x.said("present", set_number=found.findtext("set_number"), set_entry="000000001").find("record")

    assert record.findtext("doc_number") == "000000422"
    assert record.findtext(".//varfield[@id='245']/subfield[@label='a']") == "Simulated Gardens"
    assert x.said("find-doc", base="MNL01", doc_num="422").find("record") is not None


def test_what_is_not_found_is_an_error(x):
    assert x.error("find", base="MNL01", request="BAR=1") == "empty set"
    assert x.error("find", base="MNL01", request="WTI=rivers") == "Code is not valid"
    assert x.error("present", set_number="999999", set_entry="1") == "Set number is not valid"


# --- the RESTful part ---------------------------------------------------------------------------------


def reply_of(document):
    return document.findtext("reply-code"), document.findtext("note[@type='error']")


def test_a_reader_is_known_by_the_number_alone(x):
    assert (
        x.rest("patron/MN0000101/patronInformation/address").findtext(".//z304-address-2") == "Sample, Anna"
    )
    assert reply_of(x.rest("patron/8700000001/patronInformation/address"))[0] != "0000"
    assert x.rest("patron/MN0000103/patronStatus/registration").findtext(".//z305-expiry-date") == "20250131"


def test_blocks_are_told_where_there_are_any(x):
    assert (
        x.rest("patron/MN0000104/patronStatus/blocks").findtext(".//local-block-1") == "Please see the desk"
    )
    assert x.rest("patron/MN0000102/patronStatus/blocks").find(".//global-block-1") is not None
    assert len(x.rest("patron/MN0000101/patronStatus/blocks").find("blocks_messages")) == 0


def test_a_loan_is_renewed_by_the_end_of_its_address(x):
    loan = x.rest("patron/MN0000101/circulationActions/loans", view="full").find(".//loan")
    path = loan.get("href").partition("/rest-dlf/")[2]
    assert "%20" in path

    renewed = x.rest(path, "POST")

    assert reply_of(renewed) == ("0000", None)
    assert renewed.findtext(".//new-due-date").startswith("2026")


def test_a_renewal_that_is_refused_says_why(x):
    paths = [
        loan.get("href").partition("/rest-dlf/")[2]
        for loan in x.rest("patron/MN0000107/circulationActions/loans").iter("loan")
    ]

    assert reply_of(x.rest(paths[1], "POST")) == ("0020", "Limit of renewals has been reached")


def test_cash_has_its_direction_at_the_entry(x):
    cash = x.rest("patron/MN0000105/circulationActions/cash").findall(".//cash")

    assert [(each.get("type"), each.findtext("z31/z31-sum")) for each in cash] == [
        ("debit", "(20.00)"),
        ("debit", "(40.00)"),
    ]


def test_a_hold_is_put_and_deleted_by_the_end_of_its_address(x):
    wish = "<hold-request-parameters><pickup-location>NORTH</pickup-location></hold-request-parameters>"
    put = "patron/MN0000101/record/MNL01000000424/items/MNL50000000424000010/hold"
    assert reply_of(x.rest(put, "PUT", post_xml=wish)) == ("0000", None)
    assert reply_of(x.rest(put, "PUT", post_xml=wish)) == ("0020", "Patron has already requested this item")

    hold = x.rest("patron/MN0000101/circulationActions/requests/holds").find(".//hold-request")
    assert hold.findtext("z37/z37-pickup-location") == "North Branch"
    path = hold.get("href").partition("/rest-dlf/")[2]

    assert reply_of(x.rest(path, "DELETE")) == ("0000", None)
    assert reply_of(x.rest(path, "DELETE"))[0] == "0002"


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "<hold",
        "<hold/>",
        "<hold-request-parameters><last-interest-date>soon</last-interest-date></hold-request-parameters>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><hold-request-parameters><note>&b;</note></hold-request-parameters>",
    ],
)
def test_the_parameters_of_a_hold_have_to_be_a_document(x, wish):
    put = "patron/MN0000101/record/MNL01000000424/items/MNL50000000424000010/hold"

    assert reply_of(x.rest(put, "PUT", post_xml=wish))[0] == "0012"


@pytest.mark.parametrize("harm", [Harm.RIGHTS, Harm.SESSION])
def test_who_may_not_meets_a_closed_door(x, harm):
    path = "/rest-dlf/patron/MN0000101/circulationActions/loans"
    reply = x.system.deny(harm, Asked(x.system.call_of(path, ()), "GET", path))

    assert (reply.status, reply.content_type) == (403, "text/html; charset=utf-8")


def test_a_note_at_an_item_is_no_error_of_the_call(x):
    document = x.rest("record/MNL01000000426/items", view="full")

    assert document.findtext("reply-code") == "0000"
    assert document.findtext(".//info/note[@type='error']") == "Item is not for loan"
    assert x.rest("record/MNL01000000424/items").findtext(".//status") == "02/02/2026;Requested"
    assert reply_of(x.rest("record/MNL01999999999/items"))[0] == "0002"
