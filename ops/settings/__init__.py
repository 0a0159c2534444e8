"""The settings: what an operator writes, checked as a whole before anything starts.

    settings = load_settings("softdock.yaml")       # raises ProblemsFound with everything that is wrong

The file is read as texts with places (`softdock.mappings.positions`), references to secrets are
resolved, and each section is a model in a module of its own: `listeners`, `libraries`, `accounts`,
`profiles`.  The docstring under an attribute of a model is the one place where a key is explained; the
JSON schema and the reference are made from it.

Read `root` first (what there is), then `loading` (how a file becomes settings) and `sections` (how mistakes
in keys are told).
"""

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Place, Problem, ProblemsFound
from softdock.mappings.written import HostPort, Seconds
from softdock.ops.settings.accounts import AddressAccount, UserAccount
from softdock.ops.settings.agreements import Agreement
from softdock.ops.settings.essentials import spoilt_messages
from softdock.ops.settings.extra_fields import compile_extra_fields
from softdock.ops.settings.journal import Journal, Stored
from softdock.ops.settings.libraries import Breaker, Downtime, Library, System
from softdock.ops.settings.listeners import (
    Limits,
    Listener,
    NcipLimits,
    NcipListener,
    NcipStreamLimits,
    NcipStreamListener,
    OpsListener,
    Sip2Listener,
    Tls,
)
from softdock.ops.settings.loading import (
    Written,
    admin_path,
    demo_folder,
    demo_settings,
    load_settings,
    read_settings,
    settings_from,
    settings_text,
    stored,
    written,
)
from softdock.ops.settings.ownership import OwnershipRule
from softdock.ops.settings.partners import ANY_AGENCY, PartnerAccount
from softdock.ops.settings.profiles import Profile
from softdock.ops.settings.root import Log, Settings
from softdock.ops.settings.sections import Wording

__all__ = [
    "ANY_AGENCY",
    "AddressAccount",
    "Agreement",
    "Breaker",
    "Downtime",
    "HostPort",
    "Journal",
    "Library",
    "Limits",
    "Listener",
    "Log",
    "NcipLimits",
    "NcipListener",
    "NcipStreamLimits",
    "NcipStreamListener",
    "Node",
    "OpsListener",
    "OwnershipRule",
    "PartnerAccount",
    "Place",
    "Problem",
    "ProblemsFound",
    "Profile",
    "Seconds",
    "Series",
    "Settings",
    "Sip2Listener",
    "Stored",
    "System",
    "Table",
    "Text",
    "Tls",
    "UserAccount",
    "Wording",
    "Written",
    "admin_path",
    "compile_extra_fields",
    "demo_folder",
    "demo_settings",
    "load_settings",
    "read_settings",
    "settings_from",
    "settings_text",
    "spoilt_messages",
    "stored",
    "written",
]
