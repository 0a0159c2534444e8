"""A stand-in for library systems that speak NCIP, each in the manner of a program that does.

    running = await start_ncip(reactor, manner=KOHA)
    running.url                                       # http://127.0.0.1:40123/ncip/
    running.faults.next(Harm.RESET, "CheckOutItem", carried_out=True)
    running.simulator.manner = replace(KOHA, renews_later=True)

It shares no line with what SoftDock itself speaks NCIP with, so that no misunderstanding of ours is agreed with: it reads by
names alone, and writes what `manners` says.  Each manner there says which of its facts are known and which are not.
Faults are ordered by the name of the initiation message.  Messages come by HTTP/1.1, by HTTP/1.0, or over a bare connection,
in every manner.

The texts of problems are invented, as is what the standard leaves open: that a loan which costs something is an ineligibility
of the patron with RequiredFeeAmount beside it; that an item which another has cannot be provided.

The stock (`stock.json`; every PIN is 975310, the library is MNNC):

==========  ==========================  ========  ===================================
8500000001  good; has 05000004 and      05000001  free; 05000002 is of the same title
            05000012                    05000003  free, of the branch EAST
8500000002  reported lost               05000004  lent to 8500000001
8500000003  expired                     05000005  lent to 8500000006, and overdue
8500000004  blocked                     05000006  set aside for 8500000007
8500000005  owes 12.50                  05000007  to be read in the house only
8500000006  has as many loans as        05000008  costs 2.00
            allowed, one overdue        05000009  lost
8500000007  waits for 05000013; may     05000010  lent to 8500000006, renewed often enough
            fetch 05000006              05000011  free, a letter beyond GBK in its title
8500000008  owes more than allowed      05000012  lent to 8500000001
8500000009  has no PIN                  05000013  lent to 8500000006, and waited for
==========  ==========================  ========  ===================================
"""

from softdock.kit.simulators.ncip.manners import ALMA, FOLIO, KOHA, MANNERS, STANDARD, VERSION_1, XC, Manner
from softdock.kit.simulators.ncip.running import Transport, start_ncip
from softdock.kit.simulators.ncip.system import NcipSystem

__all__ = [
    "ALMA",
    "FOLIO",
    "KOHA",
    "MANNERS",
    "STANDARD",
    "VERSION_1",
    "XC",
    "Manner",
    "NcipSystem",
    "Transport",
    "start_ncip",
]
