"""Library systems that speak SIP2 themselves.

`profile` is what may be said of one kind of system, `ready` finds and merges profiles, `rules` compiles what they
say of fields beyond the standard.
"""
