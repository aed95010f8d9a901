"""What can be asked about emergencies. Which of them somebody sees PostgreSQL decides, row by row."""
