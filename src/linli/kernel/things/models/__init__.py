from .agreement import Agreement, AgreementText, Erasure, PersonalModel, Signature, Why
from .thing import Claim, Credential, Slot, State, Stranger, Thing, Upkeep

__all__ = [
    "Agreement",
    "AgreementText",
    "Claim",
    "Credential",
    "Erasure",
    "PersonalModel",
    "Signature",
    "Slot",
    "State",
    "Stranger",
    "Thing",
    "Upkeep",
    "Why",
]
