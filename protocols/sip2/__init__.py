"""3M SIP2 2.00: codec and sessions without I/O, translation, and the two Twisted ends.

* `messages` and `fields` are the standard's tables; `layouts` compiles them.
* `frames` cuts and seals frames, `codec` reads and writes what is inside, `charsets` the text of it.
* `session` is one conversation with a device, `client_session` one with a library's system: machines that are fed bytes
  and give out events.
* `north` translates between a device's messages and the operations of `circulation`, `south` between these and the
  messages of a library's system; `codes` has the standard's code lists for both.
* `listener` and `client` are the two ends, and alone know Twisted.
* `dialect` holds everything in which one maker's SIP2 differs from another's.

Only LocalProtocolError (our fault) and RemoteProtocolError (theirs) leave the codec and the sessions.
"""
