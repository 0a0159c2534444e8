"""Stand-ins for library systems: each speaks its maker's interface, on books that keep true rules.

    running = await start_interlib(reactor)
    running.url                                       # http://127.0.0.1:40123/openlib/
    running.faults.next(Harm.RESET, "barcode/loanbook", carried_out=True)
    ...
    running.requests[-1].call                         # what came last
    running.books.copy("01000001").loan               # what became of it
    await running.stop()

Behind every one of them are `books`: the embedded library in memory.  A simulator translates requests to wishes and
outcomes to replies, and decides nothing about lending.  `site` carries HTTP, keeps the last requests, and lets
`faults` happen.  They listen on the loopback interface alone: their passwords are known to everybody.

What a real system's interface is not known to do, a simulator has invented; its docstring says what.
"""

from softdock.kit.simulators.aleph import Aleph, RunningAleph, start_aleph
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Fault, Faults, Harm
from softdock.kit.simulators.interlib import Interlib, start_interlib
from softdock.kit.simulators.ncip import NcipSystem, start_ncip
from softdock.kit.simulators.site import Asked, Reply, Running, Simulator

__all__ = [
    "Aleph",
    "Asked",
    "Books",
    "Fault",
    "Faults",
    "Harm",
    "Interlib",
    "NcipSystem",
    "Reply",
    "Running",
    "RunningAleph",
    "Simulator",
    "start_aleph",
    "start_interlib",
    "start_ncip",
]
