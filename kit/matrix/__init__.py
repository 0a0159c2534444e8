"""What becomes of each operation on its way: through which front it is asked, and to which system it goes.

An operation is put to a system twice, each time with the books as they were: directly, and through a front, by a device
or a partner that SoftDock's own adapters play.  What comes back is compared field by field, and so are the books.

`systems` has the systems, `links` a SoftDock in front of one of them and who asks it, `scenarios` the operations,
`comparing` what is compared, `playing` how, and `explaining` the differences that are known, each by a name for which the
documents have a sentence.  All systems keep the same books, `stock.json`, whatever they speak.
"""
