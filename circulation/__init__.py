"""The circulation vocabulary: what every protocol and every library system is translated into.

Patrons, items, operations, outcomes and the reasons for a refusal, as plain records; and the ports
(`Desk`, `LibrarySystem`, `Accounts`, `Observer`) through which the parts of SoftDock meet without
knowing each other.  Nothing here does I/O, and nothing here imports another part of SoftDock: the
vocabulary is what the others have in common.

Two helpers live here because every floor above needs them and neither is anybody's own: `stepping` runs a
coroutine and tells whether it waits, `present` tells the time of day cheaply.

Read `operations` first (what can be asked), then `outcomes` and `reasons` (what can be answered),
then `ports` (who asks whom).
"""
