"""Rules on secrets, and on what runs with a reader's rights."""
