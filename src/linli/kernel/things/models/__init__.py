from .agreement import Agreement, AgreementText, Erasure, PersonalModel, Signature, Why
from .interval import Interval
from .order import Order
from .place import PlaceUpkeep
from .thing import Claim, Credential, Slot, State, Stranger, Thing, Upkeep

__all__ = [
    "Agreement",
    "AgreementText",
    "Claim",
    "Credential",
    "Erasure",
    "Interval",
    "Order",
    "PersonalModel",
    "PlaceUpkeep",
    "Signature",
    "Slot",
    "State",
    "Stranger",
    "Thing",
    "Upkeep",
    "Why",
]
