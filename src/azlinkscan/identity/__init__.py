"""Who asks, and which cloud is asked. Only ``credential`` imports azure, when it is used."""
