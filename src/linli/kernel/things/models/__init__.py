from .agreement import Agreement, AgreementText, Erasure, PersonalModel, Signature, Why
from .order import Order
from .place import PlaceUpkeep
from .thing import Claim, Credential, Slot, State, Stranger, Thing, Upkeep

__all__ = [
    "Agreement",
    "AgreementText",
    "Claim",
    "Credential",
    "Erasure",
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
