"""A library whose own system speaks NCIP: SoftDock is the initiator, the system the responder.

* `settings` says where the system is and as whom to come.
* `profile` is what may be said of one kind of system, `ready` finds and merges profiles; `words` is what a system, or a
  partner, says in place of the standard's words.
* `adapter` plugs the pool of connections and the translation together.
"""
