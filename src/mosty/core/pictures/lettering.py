"""How wide a text will be in Manrope, estimated on the server so that labels can be placed.

The advance widths are hundredths of the font size, read from the package ``font-manrope`` 0.0.2
(variable font, weight 550) in a browser. Letters with marks count as their base letter. Real texts
come out within 3 % of what a browser draws; kerning is the difference.
"""

import unicodedata

# Hundredths of an em -> the characters of that width.
_CHARACTERS_BY_WIDTH = {
    20: " ",
    24: "'",
    25: "·’",
    26: "IilıІі",
    27: "j",
    28: ",.|",
    32: ":;",
    34: "!",
    37: "f",
    38: "rʼ",
    39: "ł",
    41: "/1“”",
    42: "-[]t",
    43: '"',
    44: "()",
    47: "гґ",
    48: "J",
    51: "Fзε",
    52: "7Lkктκζ",
    53: "svzŁγν",
    54: "?xy–Гхуτχ",
    55: "Ґвьλ",
    56: "c«»счξς",
    57: "+3aаєя",
    58: "25EYЕ",
    59: "eðбеийлпβ",
    60: "48TbdgpqđþŦТр",
    61: "$hnouøноδηο",
    62: "69BKPVßБВЗКРαμρσ",
    63: "0<>XУХЬ",
    64: "SZцΣ",
    65: "ARАЯΑΔ",
    66: "&_Ч",
    67: "…",
    68: "Đ",
    69: "D",
    70: "HNИНΗΝ",
    71: "UЛПм",
    72: "GЄФΦ",
    73: "CСЦж",
    74: "OQØОфΘΟΩ",
    75: "=Д",
    77: "ш",
    78: "—щ",
    79: "wω",
    82: "ю",
    85: "MМΜ",
    87: "m",
    90: "%Ж",
    91: "@",
    93: "#ÆШЮ",
    94: "æЩ",
    96: "W",
    102: "œ",
    112: "Œ№",
}
_WIDTHS = {
    character: width
    for width, characters in _CHARACTERS_BY_WIDTH.items()
    for character in characters
}
_UNKNOWN = 62
_BOLD = 1.03  # weight 700 against 550


def estimate_width(text: str, font_size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text, in the unit of ``font_size``."""
    hundredths = sum(_width_of(character) for character in unicodedata.normalize("NFC", text))
    return hundredths / 100 * font_size * (_BOLD if bold else 1)


def _width_of(character: str) -> int:
    if width := _WIDTHS.get(character):
        return width
    if unicodedata.combining(character):
        return 0
    base = unicodedata.normalize("NFD", character)[0]
    return _WIDTHS.get(base, _UNKNOWN)
