"""Texts of systems that tell why they refused, by the profiles that know them."""

from datetime import UTC

import pytest

from sip2_profiles import CARD, ITEM, answer, loan, profile
from softdock.adapters.base import AdapterSettingsError
from softdock.circulation.operations import Checkout
from softdock.circulation.reasons import Reason


@pytest.mark.parametrize(
    ("rule", "said", "reason"),
    [
        ("{matches: 'res.rv', reason: item-on-hold}", "Is RESERVED", Reason.ITEM_ON_HOLD),
        ("{matches: '^res', reason: item-on-hold}", "is reserved", Reason.DECLINED),
        ("{contains: 他人, matches: 预约$, reason: item-on-hold}", "已被他人预约", Reason.ITEM_ON_HOLD),
        ("{contains: 他人, matches: 预约$, reason: item-on-hold}", "已被预约", Reason.DECLINED),
        ("{matches: x, in: ['30'], reason: item-on-hold}", "x", Reason.DECLINED),
    ],
)
def test_a_text_is_found_by_an_expression_as_well(rule, said, reason):
    seen = answer(Checkout(CARD, ITEM), loan(f"ABI1|AJ|AH|AF{said}|", "0"), lambda outcome: outcome.reason)
    assert seen(f"texts: [{rule}]") is reason


@pytest.mark.parametrize(
    ("rule", "place", "sentence"),
    [
        ("{matches: '(', reason: item-on-hold}", "profile.texts[0].matches", "This is no regular expression"),
        (
            "{matches: '(?=x)', reason: item-on-hold}",
            "profile.texts[0].matches",
            "This is no regular expression",
        ),
        ("{reason: item-on-hold}", "profile.texts[0]", "Nothing says which text is meant"),
    ],
)
def test_a_text_that_cannot_be_looked_for_is_told(rule, place, sentence):
    with pytest.raises(AdapterSettingsError) as found:
        profile(f"{{texts: [{rule}]}}")
    ((where, said),) = found.value.complaints
    assert where == place
    assert sentence in said


def meant(code, text):
    """What a refusal with that text means by the texts that the standard profile has."""
    return next(
        (
            rule.reason
            for rule in profile("{like: standard}").dialect(UTC).texts
            if rule.fits(code, text.casefold())
        ),
        None,
    )


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        ("12", "Item is Not For Loan", Reason.ITEM_NOT_LENDABLE),
        ("12", "This is a reference book", Reason.ITEM_NOT_LENDABLE),
        ("12", "此书不外借", Reason.ITEM_NOT_LENDABLE),
        ("10", "Item not checked out", Reason.ITEM_NOT_LENT),
        ("10", "该书未借出", Reason.ITEM_NOT_LENT),
        ("30", "Item is reserved by another user", Reason.RENEWAL_ITEM_ON_HOLD),
        ("30", "图书已被预约", Reason.RENEWAL_ITEM_ON_HOLD),
        ("30", "Maximum renewals exceeded", Reason.TOO_MANY_RENEWALS),
        ("30", "超过续借次数", Reason.TOO_MANY_RENEWALS),
        ("16", "You already requested this title", Reason.HOLD_EXISTS),
        ("16", "重复预约", Reason.HOLD_EXISTS),
    ],
)
def test_the_standard_profile_knows_what_systems_of_any_make_say(code, text, reason):
    assert meant(code, text) is reason


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("12", "Please see the desk. Reference: 4711"),
        ("12", "此读者不能外借"),
        ("12", "Item is reserved"),
        ("10", "Item not checked in"),
        ("30", "Fine limit reached, cannot renew"),
        ("30", "Item not found"),
        ("16", "Already reserved by another user"),
        ("16", "该书已预约满"),
        ("64", "You have reserved items"),
    ],
)
def test_the_standard_profile_does_not_guess(code, text):
    assert meant(code, text) is None
