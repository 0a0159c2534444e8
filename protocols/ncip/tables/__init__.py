"""The standard as tables: services, content of the elements, problem types, lists of values, and what came when.

Each cites Z39.83-1 by subject.  They import nothing but each other; `protocols.ncip.contents` parses them.
"""
