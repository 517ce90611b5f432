"""Pictures drawn on the server: pure functions that give small frozen data classes for templates.

Numbers that end in SVG attributes are strings already, so no language can turn them into "12,5".
Lengths are attributes and colours are classes: the content security policy forbids ``style``.
"""
