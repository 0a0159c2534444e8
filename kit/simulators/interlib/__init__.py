"""A stand-in for Interlib's openlib REST service.

It answers under `/openlib/service/`, GET with a query and POST with a form alike, in UTF-8 JSON and always with
HTTP 200: what came of a call stands in `success`, which is true at one time and the text "true" at another, as other
numbers are; `messagelist` says why.  Every call but `barcode/token` needs a token.

As clients of the real one know it: paths, parameters, names in replies, the password that `searchreader` gives away, a
loan without its due date, a renewal with one message for each item, holdings whose states are told in a map, the codes
in `tables.SEEN`, and that a token which is over is told by the text 凭证已过期.

Invented here, because nobody has said: the other codes and texts, the parameters of `registerreserve` and
`cancelreserve`, `book/searchreslist` by reader, what stands in `loanWorkMap`.  It is stricter in one thing: a parameter
that it does not know is refused, since what is misspelt would otherwise go unseen.

The stock (`stock.json`; every password is 246810):

==========  ==========================  ========  ===================================
8600000001  good; has 01000004          01000001  free; 01000002 is of the same title
8600000002  reported lost               01000003  free
8600000003  expired                     01000004  lent to 8600000001
8600000004  suspended                   01000005  lent to 8600000008, and overdue
8600000005  owes 12.50                  01000006  set aside for 8600000007
8600000006  shares an identity number   01000007  to be read in the house only
8600000007  with the one before;        01000008  in cataloguing; 01000009 lost
            waits for 01000006          01000010  in a state that no map names
8600000008  has an overdue item         01000011  free, a letter beyond GBK in its title
8600000009  owes more than allowed      01000012  lent to 8600000008, renewed often enough
==========  ==========================  ========  ===================================
"""

from softdock.kit.simulators.interlib.service import Interlib, start_interlib

__all__ = ["Interlib", "start_interlib"]
