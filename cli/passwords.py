"""The verb `hash-password`."""

import sys

import click

LONGEST = 1024
"""Characters of a password."""


@click.command("hash-password")
def hash_password() -> None:
    """Print the argon2 hash of a password, for password_hash in the settings.

    The password is prompted for, or is the first line of the standard input where that is no terminal.
    """
    from argon2 import PasswordHasher  # noqa: PLC0415 - a C library, for this verb alone

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline(LONGEST + 2).rstrip("\r\n")
    if not password:
        raise click.UsageError("The password is empty.")
    if len(password) > LONGEST:
        raise click.UsageError(f"The password is longer than {LONGEST} characters.")
    click.echo(PasswordHasher().hash(password))
