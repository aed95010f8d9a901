"""City management: what is wrong in the street, whose it is, and how soon it is put right."""

from linli.kernel.declare import Scene

from .departments import DEPARTMENTS
from .matters import MATTERS

scene = Scene(name="city_management", departments=DEPARTMENTS, matters=MATTERS)
