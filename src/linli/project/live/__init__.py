"""The live process: follows the audit records as they are committed and tells the pages they concern.

One asyncio process with sockets of its own; an open stream is one small object. It sends *that* something happened,
never what: the page asks for what changed with its own session, so nothing is told that the person may not read.

    records   what is read, and its place in the order            hub     the one reader, and whom it tells
    index     whom a record concerns, without asking everybody    door    who may come in, and who has to go
    recent    what happened last, for pages that were away        wheel   one clock for all that is due
    http      one request, read and refused                       visit   one connection, from its request to its end
    limits    how many, how slow, how long                        serve   the process
"""
