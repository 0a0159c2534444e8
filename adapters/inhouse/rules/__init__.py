"""The rules of lending: pure functions from the books and a wish to a decision.

A rule reads a `Snapshot`, knows no storage, and has no clock: what it returns is a `Decision` (changes, and the
outcome to tell once they are made), or an outcome that changes nothing, such as a refusal.

* `standing` says how a card stands, `cards` looks it up, blocks and enables it, `lists` shows what hangs on it.
* `items` looks up items and keeps notes with them.
* `titles` looks up titles with all their copies.
* `lending`, `renewing`, `returning`, `recalling` and `undoing` are the life of a loan.
* `queues` says whose turn it is, `holds` lets patrons into the queue and out of it,
  `hold_views` tells of holds, `endings` remembers how they ended.
* `money` charges fees and books payments; `charges` is what staff charge and forgive.
* `accepting` takes items of other libraries in.
* `patrons` and `cataloguing` let patrons and items come and go, `numbering` gives them numbers, and `statuses` takes
  down where an item is said to be.
* `refusals` says no, with what is known of the patron and the item.
"""
