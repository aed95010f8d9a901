"""Real series replayed through real MQTT: every row that goes in must be stored, once, at its instant."""
