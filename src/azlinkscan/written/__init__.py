"""What people write in YAML: trees that remember where each value stands, and forms that keep every mistake."""
