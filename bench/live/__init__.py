"""The live room: what an open page costs, and how soon it hears."""
