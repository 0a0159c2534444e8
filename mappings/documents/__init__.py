"""Formats of replies: XML, JSON, rows of a database, delimited and fixed-width text, messages in the manner of SIP2.

Each is a module that implements `protocol.Format`.
"""
