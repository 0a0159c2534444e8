"""Who answers: one operation, from the device that asks to the library's system and back.

* `directory` knows the libraries and how each of them stands.
* `accounts` knows who may speak to SoftDock, and slows down who guesses.
* `desk` takes an operation from an account to its outcome; it is the only place that turns a system's
  failure into what a patron is told.
* `resilience` keeps one slow or hostile party from everybody else: deadlines and throttles.

Protocols and adapters are not known here; both are met through `circulation.ports`.
"""
