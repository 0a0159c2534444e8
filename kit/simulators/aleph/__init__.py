"""A stand-in for ALEPH: its X-Server, its SIP2 server, and a part of its RESTful service.

It lends and takes back by SIP2 alone, as the real one does; everything else can be read, and some of it be done, by
`/X?op=...`.  The RESTful part lies under `/rest-dlf/`.

As clients of the real one know it: names of services and parameters with hyphens or underscores; errors with HTTP 200;
a root `login` with an error where the account may not use a service, or there is none of that name; an account `www-x`
with rights of its own for whoever names none; a session at the end of every reply; z-tables with several forms of dates
in one reply (z36 and `due-date` as dd/mm/yyyy, z303 to z305 as yyyymmdd, `circ-status` as dd/mm/yy), 24:00 and 23:59,
00000000 and 20991231, debits in parentheses, the sign of a balance beside it; a `due-date` that may be any text;
`translate=N` for codes in place of words; numbers of patrons (z303-id) that are not those of their cards.

Invented here, because nobody has said: the texts of most errors, the parameter `session`, what a session that is over is
told, lists where a parameter that asks for them is left out (there are none), the reply codes other than 0000 and some
roots of the RESTful part.  No reply tells when a fee came about (z31-date is 00000000), since the books do not know.

The stock (`stock.json`; every password is 135790):

==========  ==========================  ========  ===================================
8700000001  good; has 02000004          02000001  on the shelf; 02000002 is of the same title
8700000002  reported lost               02000003  on the shelf, of a branch
8700000003  expired                     02000004  lent to 8700000001
8700000004  blocked                     02000005  lent to 8700000007, and overdue
8700000005  owes 60.00, has paid 5.00   02000006  on the hold shelf for 8700000006
8700000006  a hold ready, one waiting   02000007  to be read in the house only
8700000007  has an overdue item;        02000008  in process; 02000009 lost
            no end of the card          02000010  lent to 8700000007, renewed often enough
==========  ==========================  ========  ===================================
"""

from softdock.kit.simulators.aleph.running import RunningAleph, start_aleph
from softdock.kit.simulators.aleph.xserver import Aleph

__all__ = ["Aleph", "RunningAleph", "start_aleph"]
