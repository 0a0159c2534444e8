"""The copies of a title, which a system tells page by page."""

from ncip_behind import NcipBehind
from softdock.circulation.identifiers import ItemId, TitleId
from softdock.circulation.operations import LookupTitle
from softdock.protocols.ncip import south
from softdock.protocols.ncip.message import Element, Message

TITLE = LookupTitle(TitleId("T1"))


def page(item, following):
    copy = Element(
        "ItemInformation",
        children=[Element("ItemId", children=[Element("ItemIdentifierValue", item)])],
    )
    told = Element("BibInformation", children=[Element("HoldingsSet", children=[copy])])
    return [told, Element("NextItemToken", following)] if following else [told]


def copies(pages):
    """The copies that come of `pages`, by the token that asks for each, and the tokens that were asked for."""
    behind, tokens = NcipBehind(), []

    async def ask(message):
        tokens.append(message.body.value("NextItemToken"))
        return Message(message.form, [Element("LookupItemSetResponse", children=page(*pages(tokens[-1])))])

    outcome = behind.partner.finished(south.perform(TITLE, south.Talk(behind.system, ask)))
    return [each.id for each in outcome.result.copies], tokens


def test_each_page_is_asked_for_once():
    pages = {"": ("B1", "2"), "2": ("B2", "3"), "3": ("B3", "")}
    assert copies(pages.get) == ([ItemId("B1"), ItemId("B2"), ItemId("B3")], ["", "2", "3"])


def test_a_page_that_leads_back_is_the_last():
    """A system that does not know the token tells the first page for ever."""
    pages = {"": ("B1", "2"), "2": ("B2", "2")}
    assert copies(pages.get) == ([ItemId("B1"), ItemId("B2")], ["", "2"])
