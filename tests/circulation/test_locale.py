"""The wording for patrons is complete in each language, and of its language."""

import re

import pytest

from softdock.circulation.locale import LANGUAGES, remark, wording
from softdock.circulation.reasons import Reason
from softdock.circulation.remarks import Remark


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_remark_has_its_words(language):
    texts = [wording(each, language) for each in Reason] + [remark(each, language, "X") for each in Remark]
    assert all(texts)
    assert all(bool(re.search("[一-鿿]", each)) == (language == "zh") for each in texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Remark)
def test_a_remark_names_the_library(kind, language):
    assert "Chengdu {Library}" in remark(kind, language, "Chengdu {Library}")
