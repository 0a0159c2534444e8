"""Templates become adapters of their own."""

from pathlib import Path

import pytest

from softdock.adapters.declarative.examples import failing_examples
from softdock.kit.templates import KINDS, copy_template
from softdock.mappings.files.folder import load_folder


@pytest.fixture(params=KINDS)
def copied(request, tmp_path):
    """The files of a copy that is called `ours`."""
    return copy_template(request.param, tmp_path / "ours", "ours")


def folder_of(files):
    """The folder of maps that these files are; skips what is none."""
    folder = next((file.parent for file in files if file.name == "adapter.yaml"), None)
    if folder is None:
        pytest.skip("this template is written in Python")
    return load_folder(folder, lambda _: None)


def test_a_copy_compiles_and_reads_its_examples_as_expected(copied):
    assert failing_examples(folder_of(copied), Path.read_bytes) == []


def test_every_map_has_an_example(copied):
    maps = folder_of(copied).maps

    assert [name for name, table in maps.items() if not table.get("examples")] == []


def test_every_example_is_used(copied):
    """A reply that nobody reads proves nothing."""
    maps = "".join(file.read_text(encoding="utf-8") for file in copied if file.suffix == ".yaml")

    unused = [file.name for file in copied if file.parent.name == "examples" and file.name not in maps]

    assert unused == []


def test_a_copy_bears_its_own_name_wherever_the_template_had_none(copied):
    assert not [file for file in copied if "__name__" in file.name or b"__name__" in file.read_bytes()]
    assert any(b"ours" in file.read_bytes() for file in copied)


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "ours").mkdir()

    with pytest.raises(FileExistsError):
        copy_template(KINDS[0], tmp_path / "ours", "ours")


def test_in_python_a_name_with_hyphens_becomes_that_of_a_module(tmp_path):
    files = copy_template("python", tmp_path / "city-library", "city-library")

    assert {file.name for file in files} == {"city_library.py", "test_city_library.py", "pyproject.toml"}
    assert all(b"city-library" not in file.read_bytes() for file in files)
