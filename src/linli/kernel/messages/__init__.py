"""消息: something told to one person, in the transaction in which it happened.

A notice 通知 is for everybody at a place; a message is for one person and nobody else reads it. Rooms above and scenes declare
what they tell (`kinds`), and their verbs say it (`verbs.tell`): nothing is told that did not happen, and nothing that is to be
told happens without it.
"""
