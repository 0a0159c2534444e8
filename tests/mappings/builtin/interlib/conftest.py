"""What the tests of the maps for Interlib share."""

from interlib_site import site

__all__ = ["site"]
