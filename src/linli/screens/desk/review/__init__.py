"""The after-action review of an emergency on paper."""

from .paper import review_pdf

__all__ = ["review_pdf"]
