"""The verb `schema`: what editors want to know about the files that an operator writes."""

import json
from typing import Any

import click

from softdock.cli.exits import EnvironmentFault


@click.group()
def schema() -> None:
    """Print the JSON schema of a kind of file, for editors that check and complete what is typed."""


@schema.command()
def settings() -> None:
    """Print the JSON schema of the settings.

    The keys of every adapter that is installed are in it.  Keep it beside the settings and name it in their
    first line:

    \b
        # yaml-language-server: $schema=softdock.schema.json
    """  # noqa: D301 - click takes the backspace for "do not wrap"
    from softdock.adapters.registry import AdapterNotFound  # noqa: PLC0415 - models, for this verb alone
    from softdock.ops.settings.schema import settings_schema  # noqa: PLC0415

    try:
        made = settings_schema(system_schemas())
    except AdapterNotFound as error:
        raise EnvironmentFault(str(error)) from None
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


def system_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each installed adapter's own keys, by the adapter's name.  Raises AdapterNotFound.

    An adapter that does not tell its keys by a model named `Settings` is taken to accept any.
    """
    from softdock.adapters.registry import adapter_names, load_adapter  # noqa: PLC0415

    found: dict[str, dict[str, Any]] = {}
    for name in adapter_names():
        model: Any = getattr(load_adapter(name), "Settings", None)
        tells = model is not None and hasattr(model, "model_json_schema")
        found[name] = model.model_json_schema() if tells else {"type": "object"}
    return found
