"""Counterparts of the kinds of systems that libraries have written for themselves, on books with true rules.

`rest` speaks JSON, `forms` takes forms and speaks XML in GBK, `soap` is a web service, `sip2` has messages of its own, `database` is tables and procedures.  Each has ways that the adapter templates of the kit have to cope with.  None is the system of any
library: they are drawn from what the interfaces of such systems have in common.

The stock (`stock.json`; every password is 135790):

========  =========================  ========  ===================================
80000001  good                       GC000001  free, as are GC000002 and GC000003
80000002  reported lost              GC000004  lent to 80000006
80000003  expired                    GC000005  to be read in the house only
80000004  stopped                    GC000006  set aside for 80000006
80000005  owes 3.00 and 2.50         GC000007  missing
80000006  has GC000004
========  =========================  ========  ===================================
"""

from softdock.kit.simulators.house.database import HouseDatabase
from softdock.kit.simulators.house.forms import Forms, start_forms
from softdock.kit.simulators.house.rest import Rest, start_rest
from softdock.kit.simulators.house.sip2 import HouseSip2, start_sip2
from softdock.kit.simulators.house.soap import Soap, start_soap

__all__ = [
    "Forms",
    "HouseDatabase",
    "HouseSip2",
    "Rest",
    "Soap",
    "start_forms",
    "start_rest",
    "start_sip2",
    "start_soap",
]
