"""All models of device of this scene."""

from . import sky, street, vehicles, waters

DEVICES = (*street.DEVICES, *sky.DEVICES, *waters.DEVICES, *vehicles.DEVICES)
