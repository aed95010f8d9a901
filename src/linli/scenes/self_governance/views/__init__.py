"""Pages of this scene: on the phone for volunteers, on the desk for organisers, and one for anybody who holds a certificate."""
