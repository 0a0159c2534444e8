"""What carries the requests of mappings to systems and brings their answers back: a module for each kind.

* `port` is what all of them are, `registry` finds one by its name and imports it only then.
* `http` speaks HTTP/1.1.
* `slots` bounds what is under way at one time, `faults` puts into words why a connection failed.

A transport knows nothing of mappings but the requests and answers of `softdock.mappings.exchange`.
"""
