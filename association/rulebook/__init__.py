"""The rulebook (会员管理办法) as data: its language, its loader, its problems.

Pure: no Django. ``load(text)`` turns a TOML file into a typed, frozen :class:`Rulebook`.
"""
