"""What carries the requests of mappings to systems and brings their answers back: a module for each kind.

* `port` is what all of them are, `registry` finds one by its name and imports it only then.
* `http` speaks HTTP/1.1, `sql` to databases, `sip2` in the manner of SIP2, `files` reads and writes in one folder.
* `slots` bounds what is under way at one time, `threads` does what would hold the reactor up, `faults` puts into words
  why a connection failed.

A transport knows nothing of mappings but the requests and answers of `softdock.mappings.exchange`.
"""
