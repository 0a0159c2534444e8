"""Who answers: one operation, from the device that asks to the library's system and back.

* `desk` takes an operation from an account to its outcome; it is the only place that turns a system's
  failure into what a patron is told.
* `directory` knows the libraries, and by `ownership` what each of them claims as its own.
* `routing` finds whose system is asked, if need be by `searching`; `telling` is the way back from another library.
* `gates` stand in front of the systems; `resilience` is what they are made of: deadlines, breakers, throttles.
* `recovery` settles what became of operations whose answer was lost.
* `accounts` knows who may speak to SoftDock, and slows down who guesses.

Protocols and adapters are not known here; both are met through `circulation.ports`.  Read `desk` first.
"""
