"""Keeping one slow or hostile party from everybody else.

* `deadline`: an answer within a time, whatever a system does.
* `breaker`: who is away is left alone for a while, and asked again with care.
* `throttle`: who fails again and again waits longer and longer.

Each takes its clock as an argument, and knows nothing of libraries.
"""

from softdock.consortium.resilience.breaker import Breaker, BreakerRules, BreakerState
from softdock.consortium.resilience.deadline import Deadlines
from softdock.consortium.resilience.throttle import Throttle

__all__ = ["Breaker", "BreakerRules", "BreakerState", "Deadlines", "Throttle"]
