"""The door: signing in and out, one's sessions, posts and data. It belongs to every screen and knows none."""
