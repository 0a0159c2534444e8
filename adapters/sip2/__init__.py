"""A library whose own system speaks SIP2, as most do.

* `settings` says where the system is and as whom to come, `connecting` how a connection comes about.
* `profile` is what may be said of one kind of system, `ready` finds and merges profiles, `rules` compiles what they say
  of fields beyond the standard.
* `adapter` plugs the pool of connections and the translation together.
"""

from softdock.adapters.sip2.adapter import Sip2Adapter

__all__ = ["Sip2Adapter"]
