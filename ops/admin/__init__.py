"""What an operator may ask a running SoftDock on its own machine, over a unix socket.

`socket` takes questions and gives answers, a JSON object on a line each, and knows none of them; `answers` are the
closed set of what can be asked: sessions, kick, trace.  Who may open the socket may ask everything, so `place` makes
its file the owner's alone.

None of them knows a protocol: devices and their wires are met through the ports in `answers`.
"""

from softdock.ops.admin.answers import answers
from softdock.ops.admin.place import admin_door, listen_at, misplaced
from softdock.ops.admin.socket import AdminSocket, Answer, CannotAnswer, Line, Reply

__all__ = [
    "AdminSocket",
    "Answer",
    "CannotAnswer",
    "Line",
    "Reply",
    "admin_door",
    "answers",
    "listen_at",
    "misplaced",
]
