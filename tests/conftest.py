"""Fixtures for every test."""

from tests.arm.fixtures import arm_server, kakuu_city, recordings

__all__ = ["arm_server", "kakuu_city", "recordings"]
