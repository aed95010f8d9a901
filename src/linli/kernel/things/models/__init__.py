from .thing import Claim, Credential, Slot, State, Stranger, Thing, Upkeep

__all__ = ["Claim", "Credential", "Slot", "State", "Stranger", "Thing", "Upkeep"]
