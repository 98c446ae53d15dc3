"""Rules about names and operands."""
