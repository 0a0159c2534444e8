"""Fixtures for the maps of ALEPH."""

from aleph_site import site

__all__ = ["site"]
