"""A partner's life cycle, played against whoever answers NCIP: asked step by step, and cleaned up behind.

`steps` is what is asked and what has to come of it; a step knows nothing of connections.  `carry_out` plays them in turn:
what somebody does not offer is skipped, and with it whatever needs it.  Every answer is held to the schema of its version.
"""

from softdock.kit.partners.playing import Case, Step, StepResult, Verdict, carry_out
from softdock.kit.partners.reporting import as_junit, as_objects
from softdock.kit.partners.steps import STEPS

__all__ = ["STEPS", "Case", "Step", "StepResult", "Verdict", "as_junit", "as_objects", "carry_out"]
