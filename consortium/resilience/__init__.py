"""Keeping one slow or hostile party from everybody else.

* `deadline`: an answer within a time, whatever a system does.
* `throttle`: who fails again and again waits longer and longer.

Each takes its clock as an argument, and knows nothing of libraries.
"""

from softdock.consortium.resilience.deadline import finish_within
from softdock.consortium.resilience.throttle import Throttle

__all__ = ["Throttle", "finish_within"]
