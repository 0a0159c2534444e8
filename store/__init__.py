"""What must survive a crash: databases, and what SoftDock itself keeps in them.

`database` is the one room that adapters may use: an engine with its own threads, units of work that are committed
together, and migrations.  Everything here is synchronous SQL beneath a thin asynchronous door.

May import `softdock.circulation` and nothing else of ours.
"""
