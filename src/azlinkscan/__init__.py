"""azlinkscan judges an Azure subscription against the criteria that cities set for online linkage."""

__version__ = "0.1.0"
