"""A shared access signature to a fact, its signature dropped where it is read."""
