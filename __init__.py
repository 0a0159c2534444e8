"""SoftDock: between a library's self-service devices and the system that keeps its loans.

Kiosks, gates, sorters and partner platforms speak SIP2 or NCIP to SoftDock; SoftDock speaks to each library's
system in that system's own way, or is itself the system of a small library.  In between stands one desk: it
knows whose card and whose book a device holds, what the device may ask, and how much time is left to answer.

The folders beside this file are the package: `circulation` (the vocabulary), `protocols` (the wire),
`mappings` (vendors' formats as data), `adapters` (one system each), `consortium` (who answers), `ops` (what an
operator touches) and `cli` (the command `softdock`).  Imports run downwards only; the list of floors is in
setup.cfg.  Read `server` first: it plugs the parts together, and names each of them once.
"""

__version__ = "0.1.0"
