"""What an adapter is tried against: something that answers as its system would, and fails when it is told to.

* `port` is what the checks ask of every counterpart.
* `simulated` puts a simulator of the kit to that use, with cases found in its own books.
* `replayed` plays a system out of the examples of an adapter folder.
* `real` is a system of somebody's own, of which nothing is known but its address.
"""

from softdock.kit.counterparts.port import Case, Counterpart, Expected, Heard, NoCounterpart

__all__ = ["Case", "Counterpart", "Expected", "Heard", "NoCounterpart"]
