"""The mapping language: how a vendor's replies become ours, and our requests the vendor's, as data.

A mapping is a YAML file which a librarian can read; the vendors' own files are to lie here too, with examples
beside them.  The verbs are a closed set, and nothing is guessed: a value that does not fit is an error with
file, line and field.

Nothing here knows a protocol, an adapter or the vocabulary: the shapes to fill and the documents to read are
handed in.  Hence no import of Twisted, of a database or of another part of SoftDock.
"""
