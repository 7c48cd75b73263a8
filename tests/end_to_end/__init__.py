"""The whole program against the tests' ARM server: real TLS, a real sign-in, the real command line."""
