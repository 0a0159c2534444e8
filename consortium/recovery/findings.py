"""What was found about an operation whose answer was lost, and what was done about it: sentences for staff."""

from softdock.circulation.reasons import Reason
from softdock.circulation.words import Word


class Finding(Word):
    """A closed list of sentences; the journal keeps them as they are."""

    # it is over
    NEVER_DONE = "The system never carried it out, and the device did not hear otherwise."
    MONEY_TAKEN = "The payment was never booked; the device may have kept the money."
    KEPT = "The system has carried it out, and it stands, although the device heard no."
    HAPPENED = "The system has booked what has happened."
    TOLD = "The system has carried it out, as the device heard."
    ENDED_SINCE = "The system had carried it out; nothing is left of it."
    TAKEN_BACK = "The system had carried it out; it was taken back, because the device heard no."
    DONE_NOW = "The system had not booked what has happened; that was done afterwards."
    # a person has to look
    UNCLEAR = "The system cannot tell whether it has carried it out."
    NOT_TOLD = "The system has carried it out, but the device heard no."
    BOOKED_BUT_NOT_TOLD = (
        "The payment is booked, but the device heard no: the money may have been given back."
    )
    TOLD_BUT_NOT_DONE = "The device heard that it is done, but the system does not have it."
    HAPPENED_BUT_NOT_BOOKED = "It has happened, but the system has not booked it."
    REFUSED_WHAT_HAPPENED = "It has happened, but the system refuses to book it ({reason})."
    CANNOT_UNDO = "The system has carried it out, but cannot take it back; the device heard no."
    REFUSED_TO_UNDO = (
        "The system has carried it out, but refuses to take it back ({reason}); the device heard no."
    )
    UNDONE_BUT_SHOWN = "The system says that it took it back, but still shows it; the device heard no."
    UNDONE_OR_NOT = "It was to be taken back, and the system cannot tell whether it was; the device heard no."
    UNDOING_NOT_ANSWERED = (
        "It was to be taken back, but the system did not answer, and still shows it; the device heard no."
    )
    NO_USABLE_ANSWER = "The system gave no usable answer about it, time and again."
    LIBRARY_GONE = "The library of its system is no longer in the settings."

    def sentence(self, reason: Reason | None = None) -> str:
        """The sentence, with the `reason` of a refusal in it.

        >>> Finding.REFUSED_WHAT_HAPPENED.sentence(Reason.ITEM_UNKNOWN)
        'It has happened, but the system refuses to book it (item-unknown).'
        """
        return self.value.format(reason="" if reason is None else reason.value)
