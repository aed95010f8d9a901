"""All models of device of this scene, one small file per kind of ground they stand on."""

from . import buildings, ground, homes

DEVICES = (*homes.DEVICES, *buildings.DEVICES, *ground.DEVICES)
