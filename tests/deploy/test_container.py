"""The container files, as far as they can be judged without an engine: what they name exists, and fits together."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from softdock.cli.schema import system_schemas
from softdock.ops.settings import OpsListener, Sip2Listener, read_settings
from softdock.ops.settings.schema import settings_schema

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy" / "container"


def instructions():
    """The instructions of the Containerfile with their arguments, in order."""
    text = (FOLDER / "Containerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def compose():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))


def settings(tmp_path):
    """Those of the container, with its secrets beside them."""
    text = (FOLDER / "softdock.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"\$\{file:/run/secrets/(\w+)\}", text):
        (tmp_path / name).write_text("a-secret-of-sixteen-characters")
    return read_settings(text.replace("/run/secrets/", f"{tmp_path}/"), environment={})


def test_the_sources_that_are_copied_are_all_that_the_package_is_built_of():
    """No more, so that no virtual environment and no secret of a checkout gets in; and no less."""
    copied = [name for word, rest in instructions() if word == "COPY" for name in rest.split()[:-1]]
    packages = {
        folder.name
        for folder in ROOT.iterdir()
        if (folder / "__init__.py").is_file() and not folder.name.startswith(".")
    }
    files = {"setup.cfg", "pyproject.toml", "README.md", "LICENSE", "__init__.py", "server.py", "py.typed"}

    assert sorted(copied) == sorted(packages | files)
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_the_command_as_nobody_in_particular():
    last = dict(instructions())  # of several, the last one counts

    assert last["USER"] == "softdock"
    assert last["ENTRYPOINT"] == '["softdock"]'
    assert last["CMD"] == '["run"]'
    assert "SOFTDOCK_CONFIG=/etc/softdock/softdock.yaml" in last["ENV"]


def test_the_check_of_health_is_a_program_that_runs():
    """It is Python, and asks where the settings listen."""
    _, command = dict(instructions())["HEALTHCHECK"].split("CMD ")
    python, dash_c, program = shlex.split(re.sub(r'[\[\],](?=(?:[^"]*"[^"]*")*[^"]*$)', " ", command))

    assert (python, dash_c) == ("python", "-c")
    compile(program, "healthcheck", "exec")
    assert "http://127.0.0.1:8080/livez" in program


def test_the_settings_are_good_and_listen_where_the_image_and_compose_say(tmp_path):
    found = settings(tmp_path)
    (sip2,) = [each.sip2 for each in found.listen if isinstance(each, Sip2Listener)]
    (ops,) = [each.ops for each in found.listen if isinstance(each, OpsListener)]

    assert f"{sip2.port} {ops.port}" == dict(instructions())["EXPOSE"]
    ports = compose()["services"]["softdock"]["ports"]
    assert [each.rpartition(":")[2] for each in ports] == [str(sip2.port), str(ops.port)]
    assert ports[1].startswith("127.0.0.1:"), "the operator's port is not for everybody"


def test_the_settings_fit_the_schema_of_the_editors():
    jsonschema = pytest.importorskip("jsonschema")
    text = (FOLDER / "softdock.yaml").read_text(encoding="utf-8")

    jsonschema.validate(yaml.safe_load(text), settings_schema(system_schemas()))


def test_what_compose_mounts_is_there_and_what_it_shares_is_declared():
    made = compose()
    softdock, postgres = made["services"]["softdock"], made["services"]["postgres"]

    assert (
        FOLDER / softdock["build"]["context"] / softdock["build"]["dockerfile"]
    ).resolve() == FOLDER / "Containerfile"
    assert softdock["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "healthcheck" in postgres
    for service in (softdock, postgres):
        assert set(service["secrets"]) <= set(made["secrets"])
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            assert source in made["volumes"] or (FOLDER / source).exists(), volume
    for name in ("postgres", "pin"):
        assert f"${{file:/run/secrets/{name}}}" in (FOLDER / "softdock.yaml").read_text(encoding="utf-8")


def test_the_container_may_write_only_where_it_must():
    softdock = compose()["services"]["softdock"]

    assert softdock["read_only"] is True
    assert softdock["cap_drop"] == ["ALL"]
    assert softdock["security_opt"] == ["no-new-privileges:true"]
