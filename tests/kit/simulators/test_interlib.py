"""The openlib service without a network: what it answers, and how strict it is."""

import json
import re

import pytest

from simulated import Openlib
from softdock.kit.simulators import Asked, Harm
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.kit.simulators.interlib.tables import HOLDING_STATES


@pytest.fixture
def openlib():
    return Openlib()


# --- tokens and parameters ----------------------------------------------------------------------------


def test_a_token_is_given_with_its_end_in_milliseconds(openlib):
    (entry,) = openlib.said("barcode/token", appid=APPID, secret=SECRET)["messagelist"]

    assert re.fullmatch("[0-9a-f]{32}", entry["token"])
    assert int(entry["time"]) == (openlib.clock.now.timestamp() + 24 * 3600) * 1000


@pytest.mark.parametrize(("appid", "secret"), [(APPID, "guessed"), ("other", SECRET)])
def test_no_token_for_another_application(openlib, appid, secret):
    said = openlib.said("barcode/token", appid=appid, secret=secret)

    assert said["success"] in {False, "false"}
    assert "token" not in said["messagelist"][0]


def test_without_a_token_nothing_is_told(openlib):
    for token in ({}, {"token": "0" * 32}):
        said = openlib.said("reader/searchreader", rdid="8600000001", **token)
        assert (said["success"], said["messagelist"][0]["message"]) in [
            (False, "凭证已过期"),
            ("false", "凭证已过期"),
        ]
        assert "rdid" not in said


def test_a_token_ends(openlib):
    openlib.clock.advance(hours=23, minutes=59)
    assert openlib.done("reader/searchreader", rdid="8600000001")

    openlib.clock.advance(minutes=1)

    assert openlib.refused("reader/searchreader", rdid="8600000001") == ("R00000", "凭证已过期")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"rdid": "8600000001"}, "barcode"),
        ({"rdid": "8600000001", "barcode": ""}, "barcode"),
        ({"rdid": "8600000001", "barcode": "01000001", "barcod": "01000001"}, "barcod"),
        ({"rdid": "8600000001", "barcode": "01000001", "attachmentloanflag": "4"}, "attachmentloanflag"),
    ],
)
def test_parameters_that_are_missing_unknown_or_wrong_are_refused_by_name(openlib, fields, named):
    assert openlib.refused("barcode/loanbook", **fields) == ("R00001", f"参数错误：{named}")
    assert openlib.books.copy("01000001").loan is None


def test_a_parameter_that_comes_twice_is_refused(openlib):
    assert (
        openlib.refused("barcode/currentloan", ("rdid", "8600000001"), ("rdid", "8600000002"))[0] == "R00001"
    )


def test_a_reader_is_searched_by_one_number(openlib):
    assert openlib.refused("reader/searchreader")[0] == "R00001"
    assert openlib.refused("reader/searchreader", rdid="1", rdcertify="1")[0] == "R00001"


def test_what_is_no_call_is_not_found_and_what_is_no_method_is_not_allowed(openlib):
    assert openlib.reply("barcode/lend").status == 404
    assert openlib.reply("barcode/loanbook", method="DELETE").status == 405


def test_truth_and_numbers_are_written_in_two_manners_in_turn(openlib):
    found = [openlib.done("reader/searchreader", rdid="8600000001") for _ in range(2)]

    found.sort(key=lambda said: isinstance(said["success"], str))
    assert [(said["success"], said["rdcfstate"], said["deposit"]) for said in found] == [
        (True, 1, 100.0),
        ("true", "1", "100.00"),
    ]


def test_a_session_that_is_over_and_an_account_without_rights_are_told_as_the_service_does(openlib):
    asked = Asked("barcode/currentloan", "GET", "", (("token", openlib.token), ("rdid", "8600000001")))
    rights = json.loads(openlib.system.deny(Harm.RIGHTS, asked).body)
    over = json.loads(openlib.system.deny(Harm.SESSION, asked).body)

    assert rights["messagelist"][0]["message"] == "没有操作权限"
    assert over["messagelist"][0]["message"] == "凭证已过期"
    assert openlib.refused("barcode/currentloan", rdid="8600000001")[1] == "凭证已过期"


# --- readers ------------------------------------------------------------------------------------------


def test_a_password_is_confirmed_or_not(openlib):
    assert openlib.done("reader/confirmreader", rdid="8600000001", rdpasswd="246810", opuser="kiosk")
    assert openlib.refused("reader/confirmreader", rdid="8600000001", rdpasswd="1") == (
        "R00100",
        "读者密码错误",
    )
    assert openlib.refused("reader/confirmreader", rdid="1", rdpasswd="1") == ("R00100", "读者证号不存在")


def test_a_reader_of_the_cluster_is_confirmed_by_the_global_number(openlib):
    card = {"rdid": "8600000001", "rdpasswd": "246810", "havecluster": "1"}

    assert openlib.refused("reader/confirmreader", **card) == ("R00001", "参数错误：globalid")
    assert openlib.done("reader/confirmreader", **card, globalid="P2MN000001")


@pytest.mark.parametrize(
    ("rdid", "state", "ends"),
    [
        ("8600000001", "1", "2098-06-30"),
        ("8600000002", "3", "2098-06-30"),
        ("8600000003", "1", "2025-01-31"),
        ("8600000004", "4", "2098-06-30"),
    ],
)
def test_a_card_has_a_state_and_an_end(openlib, rdid, state, ends):
    said = openlib.done("reader/searchreader", rdid=rdid)

    assert (said["rdid"], str(said["rdcfstate"]), said["rdenddate"]) == (rdid, state, ends)


def test_a_reader_is_found_by_the_identity_number_if_it_has_one_card(openlib):
    assert openlib.done("reader/searchreader", rdcertify="990101199001010019")["rdid"] == "8600000001"
    assert openlib.refused("reader/searchreader", rdcertify="990101199303030058")[0] == "R00130"
    assert openlib.refused("reader/searchreader", rdcertify="0")[1] == "读者证号不存在"

    several = openlib.done("reader/searchreaderlist", selecttype="rdcertify", queryvalue="990101199303030058")
    assert [each["rdid"] for each in several["pagedata"]] == ["8600000005", "8600000006"]


def test_a_password_is_given_away_as_the_real_one_does(openlib):
    """Whoever reads it has to leave it out: that is what it is here for."""
    assert re.fullmatch("[0-9a-f]{32}", openlib.done("reader/searchreader", rdid="8600000001")["rdpasswd"])


def test_a_card_is_suspended_and_restored(openlib):
    openlib.done("reader/cardmanage", currdid="8600000001", rdstate="4")
    assert openlib.refused("barcode/loanbook", rdid="8600000001", barcode="01000001")[1] == "读者证已暂停"

    openlib.done("reader/cardmanage", currdid="8600000001", rdstate="1")
    assert openlib.done("barcode/loanbook", rdid="8600000001", barcode="01000001")


# --- money --------------------------------------------------------------------------------------------


def test_debts_are_told_in_yuan(openlib):
    said = openlib.done("reader/searchdebt", rdid="8600000005")

    assert float(said["totaldebt"]) == 12.5
    assert [(each["tranid"], each["feetype"], float(each["fee"])) for each in said["debtdetails"]] == [
        ("900001", "201", 10.0),
        ("900002", "202", 2.5),
    ]
    assert openlib.done("reader/searchdebt", rdid="8600000001")["debtdetails"] == []


def test_a_payment_that_comes_again_under_its_number_is_booked_once(openlib):
    payment = {"rdid": "8600000005", "money": "2.50", "moneytype": "6", "serialno": "S1", "tranid": "900002"}
    openlib.done("reader/paymoney", **payment)
    openlib.done("reader/paymoney", **payment)

    assert float(openlib.done("reader/searchdebt", rdid="8600000005")["totaldebt"]) == 10.0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"money": "2.505"}, "参数错误：money"),
        ({"moneytype": "3"}, "参数错误：moneytype"),
        ({"money": "100.00"}, "缴费金额超过欠款"),
        ({"money": "0.00"}, "金额有误"),
        ({"tranid": "1"}, "财经记录不存在"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused(openlib, change, said):
    payment = {"rdid": "8600000005", "money": "2.50", "moneytype": "1"} | change

    assert openlib.refused("reader/paymoney", **payment)[1] == said
    assert float(openlib.done("reader/searchdebt", rdid="8600000005")["totaldebt"]) == 12.5


# --- loans --------------------------------------------------------------------------------------------


def test_a_loan_does_not_tell_when_it_is_due_and_the_list_does(openlib):
    lent = openlib.done("barcode/loanbook", rdid="8600000001", barcode="01000001", opuser="kiosk")

    assert lent["newloanbook"]["title"] == "模拟三国演义"
    assert "2026-04-01" not in json.dumps(lent)
    loans = openlib.done("barcode/currentloan", rdid="8600000001")["loanlist"]
    assert [
        (each["barcode"], each["loandate"], each["returndate"], str(each["rewnewcount"])) for each in loans
    ] == [
        ("01000004", "2026-03-02", "2026-04-01", "0"),
        ("01000001", "2026-03-02", "2026-04-01", "0"),
    ]


@pytest.mark.parametrize(
    ("rdid", "barcode", "text"),
    [
        ("8600000002", "01000001", "读者证已挂失"),
        ("8600000003", "01000001", "读者证已过期"),
        ("8600000004", "01000001", "读者证已暂停"),
        ("8600000009", "01000001", "读者欠款超过限额"),
        ("8600000000", "01000001", "读者证号不存在"),
        ("8600000001", "01009999", "条码号不存在"),
        ("8600000001", "01000004", "读者已借该文献"),
        ("8600000001", "01000005", "该文献已借出"),
        ("8600000001", "01000006", "该文献已被其他读者预约"),
        ("8600000001", "01000007", "该文献不可外借"),
        ("8600000001", "01000008", "该文献不可外借"),
        ("8600000001", "01000009", "该文献不可外借"),
        ("8600000001", "01000010", "该文献不可外借"),
    ],
)
def test_a_loan_that_is_against_the_rules_is_refused(openlib, rdid, barcode, text):
    assert openlib.refused("barcode/loanbook", rdid=rdid, barcode=barcode) == ("R00100", text)


def test_a_return_needs_a_loan_and_its_reader_if_one_is_named(openlib):
    assert openlib.refused("barcode/returnbook", barcode="01000001")[1] == "该文献未借出"
    assert (
        openlib.refused("barcode/returnbook", barcode="01000004", rdid="8600000002")[1]
        == "该文献不是此读者所借"
    )
    assert openlib.refused("barcode/returnbook", barcode="1")[1] == "条码号不存在"

    said = openlib.done("barcode/returnbook", barcode="01000004", rdid="8600000001")

    assert said["newreturnbook"]["barcode"] == "01000004"
    assert openlib.books.copy("01000004").loan is None


def test_a_renewal_has_an_entry_for_each_item(openlib):
    openlib.done("barcode/loanbook", rdid="8600000001", barcode="01000003")

    said = openlib.done("barcode/renewbook", rdid="8600000001", barcode="01000003,01000005,01009999")

    assert said["messagelist"] == [
        {"code": "R00108", "message": "01000003 续借成功"},
        {"code": "R00109", "message": "01000005 该文献不是此读者所借"},
        {"code": "R00109", "message": "01009999 条码号不存在"},
    ]


def test_a_renewal_of_nothing_is_none(openlib):
    assert (
        openlib.refused("barcode/renewbook", rdid="8600000008", barcode="01000012")[1]
        == "01000012 已达最大续借次数"
    )
    assert openlib.refused("barcode/renewbook", rdid="1", barcode="01000012")[1] == "读者证号不存在"


# --- holdings and reserves ----------------------------------------------------------------------------


def holding(openlib, barcode):
    said = openlib.done("barcode/queryholding", barcode=barcode)
    (found,) = said["holdingList"]
    return said, found


@pytest.mark.parametrize(
    ("barcode", "state"),
    [
        ("01000001", "2"),
        ("01000004", "3"),
        ("01000006", "10"),
        ("01000007", "2"),
        ("01000008", "1"),
        ("01000009", "4"),
        ("01000010", "77"),
    ],
)
def test_the_state_of_a_holding_is_told_by_a_code(openlib, barcode, state):
    said, found = holding(openlib, barcode)

    assert str(found["state"]) == state
    assert (state in said["holdStateMap"]) is (int(state) in HOLDING_STATES) is (state != "77")


def test_what_is_not_lent_outside_is_told_by_its_kind(openlib):
    said, found = holding(openlib, "01000007")

    assert "不外借" in said["pBCtypeMap"][found["cirtype"]]["name"]


def test_a_loan_stands_in_a_map_with_a_due_time_that_is_none_and_without_its_reader(openlib):
    said, _ = holding(openlib, "01000005")
    loan = said["loanWorkMap"]["01000005"]

    assert loan["rdid"] == ""
    assert loan["dueTime"] == loan["loanDate"]
    assert int(loan["returnDate"]) > int(loan["loanDate"]) > 1_700_000_000_000


def test_all_copies_of_a_title_are_told(openlib):
    said = openlib.done("barcode/queryholding", bookrecno="902000001")

    assert [each["barcode"] for each in said["holdingList"]] == ["01000001", "01000002"]
    assert openlib.refused("barcode/queryholding", bookrecno="1")[1] == "书目记录号不存在"


def test_a_reader_reserves_and_leaves_the_queue(openlib):
    openlib.done(
        "barcode/registerreserve",
        rdid="8600000001",
        barcode="01000005",
        pickuplocal="MNWJ",
        canceldate="2026-06-30",
    )
    (waiting,) = openlib.done("book/searchreslist", rdid="8600000001")["reslist"]
    assert (waiting["barcode"], str(waiting["isready"]), waiting["canceldate"]) == (
        "01000005",
        "0",
        "2026-06-30",
    )
    assert (
        openlib.refused("barcode/registerreserve", rdid="8600000001", barcode="01000005")[1]
        == "读者已预约该文献"
    )

    openlib.done("barcode/cancelreserve", rdid="8600000001", barcode="01000005")

    assert openlib.done("book/searchreslist", rdid="8600000001")["reslist"] == []
    assert (
        openlib.refused("barcode/cancelreserve", rdid="8600000001", barcode="01000005")[1]
        == "读者没有预约该文献"
    )


@pytest.mark.parametrize("wrong", [{"canceldate": "30/06/2026"}, {"pickuplocal": "nowhere"}])
def test_a_reserve_has_a_date_and_a_place_that_there_are(openlib, wrong):
    asked = {"rdid": "8600000001", "barcode": "01000005"} | wrong

    assert openlib.refused("barcode/registerreserve", **asked)[1] == f"参数错误：{next(iter(wrong))}"


def test_what_is_set_aside_is_ready(openlib):
    (ready,) = openlib.done("book/searchreslist", rdid="8600000007")["reslist"]

    assert (ready["barcode"], str(ready["isready"])) == ("01000006", "1")
