"""What can be asked of this scene."""
