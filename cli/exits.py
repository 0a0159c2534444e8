"""How a command ends when it does not end well: one sentence, and an exit code that a script can read."""

from enum import IntEnum

from click import ClickException


class Exit(IntEnum):
    """The exit codes.  Wrong usage is click's own."""

    GOOD = 0
    PROBLEMS = 1
    USAGE = 2
    ENVIRONMENT = 3


class Fault(ClickException):
    """What was asked could be looked at, and is not good."""

    exit_code = Exit.PROBLEMS


class EnvironmentFault(ClickException):
    """What was asked could not even be tried: a file is missing, a port taken, nobody answers."""

    exit_code = Exit.ENVIRONMENT
