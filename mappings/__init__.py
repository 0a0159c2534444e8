"""The mapping language: how a vendor's replies become ours, and our requests the vendor's, as data.

A mapping is a YAML text which a librarian can read.  The verbs are a closed set, nothing is guessed, and
everything wrong is told at once, at load, by file, line, column and remedy.  What passes is compiled to plain
closures.  So far the verbs `from`, `is`, `as`, `codes` and `default` write one text out of records, as the
`extra_fields` of a SIP2 profile need it, and make one value of the fields of a reply.  `builtin` holds what is known of
vendors' systems, a folder for each.

Nothing here knows a protocol, an adapter or the vocabulary: the shapes to read are handed in.  Hence no import
of Twisted, of a database or of another part of SoftDock.

Read `positions` first (texts that know their place in a file), then `language` (the verbs) and
`values` (the same verbs, for values of other kinds than text).
"""
