"""Short messages, through whichever provider a city has a contract with.

Providers differ in names, not in kind: an HTTPS request with a JSON body, signed with a shared secret. So
one gateway speaks to all of them, and a TOML file says how (`settings.LINLI_SMS`, see `samples/`).
"""
