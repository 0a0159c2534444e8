"""One library system each, behind the port `softdock.circulation.ports.LibrarySystem`.

An adapter says what its system can do, puts an operation to it, and answers an outcome; it raises only what
`softdock.circulation.errors` names.  Adapters are found by the entry points `softdock.adapters`, and imported
only when a library in the settings names them: a package of somebody else adds one the same way.

May import `softdock.circulation` and `softdock.mappings`; only adapters for systems that speak SIP2 or NCIP
import `softdock.protocols`.  No adapter knows the desk.

Whoever writes an adapter imports from here.  Read `base` first, then `inhouse`, the library that SoftDock
keeps itself.
"""

from softdock.adapters.base import Adapter, AdapterContext, AdapterSettings, AdapterSettingsError

__all__ = ["Adapter", "AdapterContext", "AdapterSettings", "AdapterSettingsError"]
