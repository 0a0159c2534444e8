"""What an operator touches: settings, metrics, health and logs, and the running process.

Settings are checked as a whole, and every error names file, line and remedy.  Metrics begin with `softdock_`
and take their labels from closed sets only.  No log line and no metric carries what identifies a person.

`process` is the life of the process, `reloading` and `members` what new settings change in it, `doors` where it
listens, `admin` what can be asked of it.

May import everything below (`softdock.consortium`, `softdock.adapters`, `softdock.circulation`) but no wire:
`softdock.protocols` is plugged in by `softdock.server`.
"""
