"""The district lives: people report, others accept, send, go, mend, check and answer, at a speed a visitor may set.

Nothing is planned ahead and nothing kept in memory: what comes next for a matter follows from how it stands, so whoever
is killed leaves no matter behind that nobody would go on with. All of it goes through the verbs everybody uses.
"""
