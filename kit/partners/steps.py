"""The life cycle of a partner, in its order: look around, lend, request, interlend, enter, and be refused."""

from collections.abc import Sequence
from typing import Final

from softdock.kit.partners import circulation, records
from softdock.kit.partners.playing import Step

STEPS: Final[Sequence[Step]] = (*circulation.STEPS, *records.STEPS)
