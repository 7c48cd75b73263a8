"""Checks and profiles: YAML files to the model, each mistake named by file, line and column."""
