"""Self-governance: neighbours who help, what their hours count for, and what neighbours give one another."""

from linli.kernel.declare import Scene

scene = Scene(name="self_governance")
