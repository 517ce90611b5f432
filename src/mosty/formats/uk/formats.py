"""Ukrainian without the trailing «р.»: 14 березня 2023."""

DATE_FORMAT = "j E Y"
SHORT_DATE_FORMAT = "j.m.Y"
DATETIME_FORMAT = "j E Y, H:i"
SHORT_DATETIME_FORMAT = "j.m.Y, H:i"
