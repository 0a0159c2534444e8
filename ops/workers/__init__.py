"""Several processes that serve the same addresses: a supervisor, and the workers that it starts.

The supervisor reads the settings, binds the addresses, and hands the descriptors on; it serves the operator and no
device.  Each worker is a whole server of its own, told by the supervisor what holds.

    supervisor   the life of them all: start, new settings, orderly end
    seats        one worker after the other in the same place (`spawning`), started again when it ends (`restarts`)
    worker       the other side: a server that is told over a `channel` what to go by (`orders`)
    post         what a server has to know of being one of several
    intake       how many devices a worker takes in, by the `balance` that the supervisor keeps
    answering    what the operator is told of all workers together: health, metrics (`merging`), sessions, traces

Read `channel` first, then `supervisor`.
"""
