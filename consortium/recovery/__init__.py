"""What becomes of operations whose answer was lost: the journal reconciled with the last word that the device heard.

* `policy` is the table: what is done about what is found, by the kind of operation and the will of the library. Pure.
* `findings` are the sentences that staff read about it.
* `inquiry` asks the system about one entry, and undoes it or does it now.
* `recovery` asks about all of them: before SoftDock listens, and as long as it runs.

Read `policy`, then `inquiry`.  Import from the modules: the settings of a library are made of `policy`.
"""
