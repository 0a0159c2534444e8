"""NCIP (ANSI/NISO Z39.83), versions 1 and 2, between partners and the desk.

`message` is what every version is read to and written from; the codecs know no I/O, and `north` knows the circulation
vocabulary.  The standard is cited as Z39.83-1, its 2.02 of 2012 unless another version is named.
"""
