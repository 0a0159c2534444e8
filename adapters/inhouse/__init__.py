"""The embedded library: a small circulation system that SoftDock keeps itself.

The rules (`rules`) are pure functions from a `snapshot` of the books and a wish to changes or a refusal; a storage
(`memory`) does load, decide and apply as one unit of work; `adapter` puts each operation to its rule.  `model` has the
rows of the books, `policies` what a category of patrons may do, `import_format` the file that a library begins with.

`import: demo` brings the library CDL, 成都图书馆, with these patrons (PIN 1234, but for R0002) and items:

=========  ============================================  ==============  ======================================
card                                                     item
=======================================================  ======================================================
R0001      good; has CD0004                              CD0001..CD0003  三体, three copies of one title
R0002      has no PIN                                    CD0004          lent to R0001
R0003      expired                                       CD0007, CD0008  lent to R0007
R0004      reported lost                                 CD0009          overdue, and R0009 and R0012 wait for it
R0005      blocked, with a text                          CD0010          lent to R0010
R0006      owes 51.50, more than allowed                 CD0011          on the hold shelf for R0009
R0007      a child with as many loans as allowed         CD0005, CD0012  to CD0019 and CD0029 to CD0032: free
R0008      has an overdue item that is waited for        CD0020          costs 2.00 to borrow
R0009      a hold ready and one waiting; rare letters    CD0021          to be read in the house only
R0010      a name with diacritics, reads English         CD0022          belongs to CQL
R0011      a letter with the byte 0x7C in GBK            CD0023          has a note
R0012      a letter of four bytes in GB18030             CD0024          belongs to another branch
R0013      is at home in CQL                             CD0025, CD0028  lost, missing
R0014      owes 6.50, less than is allowed               CD0026, CD0027  on order, in process
=========  ============================================  ==============  ======================================
"""

from softdock.adapters.inhouse.adapter import InhouseAdapter

__all__ = ["InhouseAdapter"]
