"""For integrators: what an adapter is tried against before it meets a real system.

`simulators` stand in for library systems of makers who lend none out.  They are strict where the real ones are, keep
books by true rules, and fail on demand.

`matrix` plays every operation through every front to every system, for the documents and for the tests.

The kit is shipped, and a public interface.  It may import adapters, the desk, protocols and the vocabulary; the server,
the operator's tools and the command do not belong here.  Read `simulators/__init__.py` first.
"""
