"""From the settings to the fronts: where devices and partners are heard, and what is spoken with whom.

    devices     SIP2: the dialect of each account's devices
    partners    NCIP: what is agreed with each partner, and what comes of a message of theirs
    fronts      both, and their listeners from one settings to the next
    checking    what of all this the settings themselves cannot know is wrong

Of what an operator touches, this alone knows the protocols.  Read `fronts` first.
"""

from softdock.ops.fronts.checking import believed_partners, front_problems
from softdock.ops.fronts.fronts import Fronts, FrontsPlan

__all__ = ["Fronts", "FrontsPlan", "believed_partners", "front_problems"]
