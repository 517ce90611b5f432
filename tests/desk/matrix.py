"""Who gets in where: the desk."""

from tests.matrix import KNOWN, Row

ROWS = {"desk:home": Row(KNOWN)}
