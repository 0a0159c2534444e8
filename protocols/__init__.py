"""The wire: what devices and library systems say to each other, byte for byte.

One folder per standard.  In each, codec and session do no I/O (bytes in, events out), so that every strange
byte sequence is a plain unit test; dialects are data; `north` and `south` translate, between a device's message
and an operation, and between an operation and a system's message; `listener` and `client` are the Twisted ends.

Only the ends import Twisted, and only `north` and `south` import `softdock.circulation`.  Nothing here knows an
adapter, a mapping or the desk.
"""
