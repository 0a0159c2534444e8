"""Finding adapters by their names."""

from functools import partial
from importlib.metadata import EntryPoint, EntryPoints
from types import SimpleNamespace

import pytest

from softdock.adapters import registry
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.inhouse import InhouseAdapter
from softdock.adapters.registry import AdapterNotFound, adapter_names, load_adapter

INHOUSE = ("inhouse", "softdock.adapters.inhouse:InhouseAdapter", "softdock")


@pytest.fixture
def installed(monkeypatch):
    """Pretend that packages with these entry points are installed: name, value, package; and that no folder is."""

    def installed(*entries):
        found = EntryPoints(_entry(*each) for each in entries)
        monkeypatch.setattr(registry, "entry_points", found.select)
        monkeypatch.setattr(registry, "installed_folders", dict)
        monkeypatch.setattr(registry, "folder_named", {}.get)

    return installed


def _entry(name, value, package):
    entry = EntryPoint(name, value, registry.GROUP)
    vars(entry)["dist"] = SimpleNamespace(name=package, version="1.0")
    return entry


def test_an_adapter_is_loaded_by_its_name(installed):
    installed(INHOUSE)
    assert load_adapter("inhouse") is InhouseAdapter


def test_an_unknown_name_is_answered_with_the_names_there_are(installed):
    """A slip of the pen is seen at once."""
    installed(INHOUSE, ("aleph", "nowhere:Aleph", "softdock-aleph"))
    assert adapter_names() == ["aleph", "inhouse"]
    with pytest.raises(
        AdapterNotFound, match=r"'inhuose' cannot be used: there is none .* There are: aleph, inhouse."
    ):
        load_adapter("inhuose")


def test_an_adapter_that_is_not_named_is_not_imported(installed):
    """The missing driver of one harms no other."""
    installed(INHOUSE, ("aleph", "no_such_module:Aleph", "softdock-aleph"))
    assert load_adapter("inhouse") is InhouseAdapter


def test_two_packages_with_one_name_are_both_told(installed):
    """Which of them was meant is not guessed."""
    installed(INHOUSE, ("inhouse", "elsewhere:Inhouse", "other"))
    with pytest.raises(
        AdapterNotFound, match=r"elsewhere:Inhouse of other 1.0 and softdock.* of softdock 1.0"
    ):
        load_adapter("inhouse")


def test_one_package_that_is_found_twice_is_one(installed):
    """As with an editable installation beside an old one."""
    installed(INHOUSE, INHOUSE)
    assert load_adapter("inhouse") is InhouseAdapter


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("no_such_module:Adapter", "does not load: No module named"),
        ("softdock.adapters.inhouse:Missing", "does not load: "),
        ("softdock.adapters.registry:load_adapter", "is not a class"),
        ("softdock.circulation.items:Item", "has no coroutine method open"),
        ("softdock.adapters.inhouse.memory:MemoryStorage", "has no method perform"),
    ],
)
def test_what_is_no_adapter_is_told_with_its_source(installed, value, why):
    """Found on load, not by the first device."""
    installed(("odd", value, "oddities"))
    with pytest.raises(AdapterNotFound, match=why) as caught:
        load_adapter("odd")
    assert "oddities 1.0" in str(caught.value)


def test_a_class_that_does_not_take_settings_and_a_context_is_none():
    class Odd(InhouseAdapter):
        def __init__(self) -> None: ...

    assert registry.fault_of(Odd) == "does not take settings and a context."


def test_a_path_leads_to_a_folder_and_a_name_to_an_installed_one(tmp_path):
    assert isinstance(load_adapter("./hill", tmp_path), partial)
    assert load_adapter("./hill", tmp_path).args == ((tmp_path / "hill").resolve(),)
    assert load_adapter("interlib").func is DeclarativeAdapter
    assert {"aleph", "interlib", "inhouse", "sip2"} <= set(adapter_names())


def test_a_name_that_a_class_and_a_folder_share_is_used_for_neither(installed, monkeypatch, tmp_path):
    installed(INHOUSE)
    monkeypatch.setattr(registry, "folder_named", {"inhouse": tmp_path}.get)
    with pytest.raises(AdapterNotFound, match="there is a folder of this name as well"):
        load_adapter("inhouse")
