"""The command `softdock`: one file for each group of verbs.

Exit codes, everywhere: 0 good, 1 problems found (or a request refused), 2 wrong usage, 3 the environment is in
the way (a file is missing, a port taken, nobody answers).

What a verb needs is imported when the verb runs: `softdock kiosk` starts without loading a server.
"""

import click

from softdock import __version__
from softdock.cli.adapter import adapter
from softdock.cli.adapter_capture import capture
from softdock.cli.journal import journal
from softdock.cli.kiosk import kiosk
from softdock.cli.library import library
from softdock.cli.mapping import mapping
from softdock.cli.mapping_try import try_
from softdock.cli.ncip import ncip
from softdock.cli.ncip_selftest import selftest
from softdock.cli.passwords import hash_password
from softdock.cli.payments import payments
from softdock.cli.run import check_config, run
from softdock.cli.schema import schema
from softdock.cli.sessions import sessions
from softdock.cli.simulate import simulate
from softdock.cli.trace import trace


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="softdock")
def main() -> None:
    """SoftDock: between a library's self-service devices and its library system."""


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(f"softdock {__version__}")


main.add_command(run)
main.add_command(check_config)
main.add_command(hash_password)
main.add_command(kiosk)
main.add_command(ncip)
ncip.add_command(selftest)
main.add_command(library)
main.add_command(journal)
journal.add_command(payments)
main.add_command(adapter)
adapter.add_command(capture)
main.add_command(mapping)
mapping.add_command(try_)
main.add_command(schema)
main.add_command(sessions)
main.add_command(simulate)
main.add_command(trace)
