"""Template tags of the whole site: ``{% load huiji %}``."""
