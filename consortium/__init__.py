"""Who answers: which library a device, a card and a book belong to, and one operation from start to end.

The directory knows members, accounts and terminals; the desk takes an operation, checks what the device may
ask, puts it to the right system within the device's own deadline, and answers an outcome in any case.

May import `softdock.circulation`, and is handed all the rest through its ports: it knows no protocol and no
adapter, so that a test of the desk needs neither.
"""
