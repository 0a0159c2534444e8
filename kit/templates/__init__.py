"""Adapters to begin with, one folder for each kind of system: `softdock adapter new` copies one of them.

Each fits one of the counterparts in `softdock.kit.simulators.house`, so that it works before anything is changed in it.
`copying` copies.
"""

from softdock.kit.templates.copying import KINDS, copy_template

__all__ = ["KINDS", "copy_template"]
