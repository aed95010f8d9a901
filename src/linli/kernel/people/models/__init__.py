"""Who there is: accounts, persons, households, units, and posts that join an account to a role and a place.

A post is role × unit × place with a time of validity. An account signs in; a person lives somewhere; staff
have an account and posts, residents an account and a person, old people may be persons without account.

**Who sees which rows (row level security).** Persons show themselves to the staff of their place and to
themselves. A resident's account is seen by whoever sees its person, and by nobody else; accounts of staff
and partners are seen by everybody, because their names stand under every act. Phones are sealed in either.
Posts, units and appointments are on the door plate: readable. Sessions, codes and tallies must be found
before anybody is known, so they have no policy, and hold nothing but fingerprints and ids.
"""

from .accounts import Account, AccountManager, RecoveryCode
from .doors import OneTimeCode, Session, Tally
from .doubles import Double, Merging, Search
from .keys import ApiKey
from .persons import ERASED, MERGED, Household, Person, Residence
from .posts import ADMIN_ROLES, Appointment, Post, role_choices
from .trust import LONGEST_MANDATE, Consent, Proxy
from .units import Unit

__all__ = [
    "ADMIN_ROLES",
    "ERASED",
    "LONGEST_MANDATE",
    "MERGED",
    "Account",
    "AccountManager",
    "ApiKey",
    "Appointment",
    "Consent",
    "Double",
    "Household",
    "Merging",
    "OneTimeCode",
    "Person",
    "Post",
    "Proxy",
    "RecoveryCode",
    "Residence",
    "Search",
    "Session",
    "Tally",
    "Unit",
    "role_choices",
]
