"""Rules on what a target does not have."""
