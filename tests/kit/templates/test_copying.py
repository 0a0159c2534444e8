"""Templates become adapters of their own."""

import pytest

from softdock.adapters.declarative.examples import failing_examples
from softdock.kit.templates import KINDS, copy_template, template
from softdock.mappings.files.folder import load_folder

FOLDERS = [kind for kind in KINDS if (template(kind) / "adapter.yaml").exists()]


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_copy_compiles_and_reads_its_examples_as_expected(tmp_path, kind):
    copy_template(kind, tmp_path / "ours", "ours")

    loaded = load_folder(tmp_path / "ours", lambda _: None)

    assert failing_examples(loaded, lambda path: path.read_bytes()) == []


@pytest.mark.parametrize("kind", FOLDERS)
def test_every_map_of_a_template_has_an_example(kind):
    maps = load_folder(template(kind), lambda _: None).maps

    assert [name for name, table in maps.items() if not table.get("examples")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_bears_its_own_name_wherever_the_template_had_none(tmp_path, kind):
    files = copy_template(kind, tmp_path / "ours", "ours")

    assert files
    assert not [file for file in files if "__name__" in file.name]
    assert any(b"ours" in file.read_bytes() for file in files)


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "ours").mkdir()

    with pytest.raises(FileExistsError):
        copy_template(KINDS[0], tmp_path / "ours", "ours")
