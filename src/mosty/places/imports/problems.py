"""What can be wrong with a file or a row, and what to do about it.

A plan keeps codes and values; the sentences are made here, in the language of whoever reads.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mosty.places import countries

Words = str | Promise
# Where a sentence names a country, the problem holds its code.
_COUNTRIES_IN = {"swapped": "hint", "outside": "hint", "region_other": "hint", "left_out": "value"}
_CODE_LISTS = {"katottg": "KATOTTG", "gisco": "GISCO_ID", "own": _("own keys")}
MOST_OF_VALUE = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the column, `value` what stands there, `hint` what the sentence needs besides."""

    code: str
    field: str = ""
    value: str = ""
    hint: str = ""

    def dump(self) -> list[str]:
        """For JSON; `Problem(*row)` reads it again."""
        return [self.code, self.field, self.value[:MOST_OF_VALUE], self.hint[:300]]

    @property
    def text(self) -> str:
        """What is wrong."""
        return str(_SENTENCES[self.code][0]) % self._parts

    @property
    def remedy(self) -> str:
        """What to do."""
        return str(_SENTENCES[self.code][1]) % self._parts

    @property
    def column(self) -> str:
        """The column, where the text does not begin with it anyway."""
        return "" if self.text.startswith(self.field) else self.field

    def __str__(self) -> str:
        said = f"{self.text} {self.remedy}"
        return f"{self.column}: {said}" if self.column else said

    @property
    def _parts(self) -> dict[str, str]:
        parts = {"field": self.field, "value": self.value[:MOST_OF_VALUE], "hint": self.hint}
        if place := _COUNTRIES_IN.get(self.code):
            parts[place] = _country(parts[place])
        if self.code == "code_form":
            parts["hint"] = str(_CODE_LISTS.get(self.hint, self.hint))
        return parts


def _country(code: str) -> str:
    """The name of a country in the language of the reader."""
    entry = countries.listed().get(code)
    if entry is None:
        return code
    return entry.name_uk if get_language() == "uk" else entry.name_en


class Unreadable(Exception):
    """The file as a whole cannot be taken: nothing of it is planned."""

    def __init__(self, problem: Problem, *, row: int = 0) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.row = row

    def __str__(self) -> str:
        return f"{self.problem.text} {self.problem.remedy}"


_CSV_UTF8 = _("Save it as “CSV UTF-8” and send it again.")


def register_sentences(
    sentences: dict[str, tuple[Words, Words]], *, country_in: dict[str, str]
) -> None:
    """Further problems of a kind of import; `country_in`: which part of a sentence is a country."""
    _SENTENCES.update(sentences)
    _COUNTRIES_IN.update(country_in)


# code: (what is wrong, what to do)
_SENTENCES: dict[str, tuple[Words, Words]] = {
    # The file as a whole.
    "empty": (_("The file holds no row."), _("Check that you chose the right file.")),
    "binary": (_("This is not a table in text form."), _CSV_UTF8),
    "encoding": (
        _("The letters of this file cannot be read (byte %(hint)s)."),
        _("UTF-8, UTF-16 and Windows-1251 are understood. Save it as “CSV UTF-8”."),
    ),
    "quotes": (
        _("The quotation marks of row %(hint)s do not match."),
        _("Close the open one, or take it out."),
    ),
    "layout": (
        _("The first row names no known columns: %(value)s."),
        _("A file needs at least the columns code and name. They are explained on this page."),
    ),
    "layout_book": (
        _("No sheet of this workbook names known columns; the first row says: %(value)s."),
        _("Look whether it is the right file. The columns are explained on this page."),
    ),
    "formulas": (
        _("This workbook holds formulas that no program has worked out yet."),
        _("Open it in a spreadsheet program, save it, and send it again."),
    ),
    "lau_year": (
        _("The name of the file does not say of which year it is: %(value)s."),
        _("Call it as Eurostat does, such as EU-27-LAU-2024-NUTS-2021.xlsx."),
    ),
    "lau_sheets": (
        _("No sheet of this workbook is called after a country of the EU."),
        _("Eurostat calls them by two letters, such as LV and EL. Send the file as published."),
    ),
    "groups_alone": (
        _("This file only groups parishes and communities."),
        _("Send it as the second file, beside the list of municipalities."),
    ),
    "groups_layout": (
        _("The second file is not a list of groups: %(value)s."),
        _("It needs the columns group_id, iso2, group_code, name, population, lat, lon."),
    ),
    "nuts_layout": (
        _("This file does not name NUTS regions: %(value)s."),
        _("It needs the columns nuts_code, level, iso2, name."),
    ),
    "workbook": (
        _("This workbook cannot be opened."),
        _("Open it in a spreadsheet program, save it anew as XLSX or CSV, and send that."),
    ),
    "too_many_rows": (
        _("The sheet has more than %(hint)s rows."),
        _("Take out what is not part of the table, or split it."),
    ),
    "territory_layout": (
        _("The first row does not name the columns of the list: %(value)s."),
        _("It needs at least code, class and from (код, клас, дата початку)."),
    ),
    "twice_column": (
        _("The column %(field)s stands twice."),
        _("Take one of them out."),
    ),
    # A row.
    "cells": (
        _("The row has %(value)s cells, the first row %(hint)s."),
        _("Look for a missing or extra separator, or text that needs quotation marks."),
    ),
    "missing": (_("%(field)s is empty."), _("Fill it in.")),
    "too_long": (
        _("%(field)s is longer than %(hint)s letters."),
        _("Shorten it."),
    ),
    "scheme": (
        _("“%(value)s” is no code list."),
        _("Use katottg, gisco or own, or leave the cell empty."),
    ),
    "code_form": (
        _("“%(value)s” is no code of %(hint)s."),
        _("KATOTTG: UA and 17 figures. GISCO_ID: country, underscore, LAU code."),
    ),
    "code_letters": (
        _("“%(value)s” holds a letter that only looks Latin."),
        _("Type the letters of the code anew with a Latin keyboard."),
    ),
    "code_twice": (
        _("The code %(value)s stands already in row %(hint)s."),
        _("Keep one of the two rows."),
    ),
    "code_of_other": (
        _("The code %(value)s belongs to another kind of body: %(hint)s."),
        _("Correct the code, or change that body first."),
    ),
    "above_unknown": (
        _("The code %(value)s has no row of its own in this file."),
        _("Correct it, or send the whole workbook."),
    ),
    "mixed": (
        _("“%(value)s” mixes alphabets: %(hint)s."),
        _("Type the word once more."),
    ),
    "country_unknown": (
        _("“%(value)s” is no country of the register."),
        _("Use the code of Ukraine (UA) or of an EU country, such as LV; Greece is GR."),
    ),
    "country_other": (
        _("The code says %(hint)s, the column %(field)s says %(value)s."),
        _("Correct one of the two."),
    ),
    "number": (
        _("%(field)s: “%(value)s” is no number."),
        _("Write figures only, with a point or a comma before decimals."),
    ),
    "whole": (
        _("%(field)s: “%(value)s” is no whole number of 0 or more."),
        _("Write figures only."),
    ),
    "date": (
        _("%(field)s: “%(value)s” is no date."),
        _("Write 2022, 2022-01 or 2022-01-01."),
    ),
    "date_missing": (
        _("%(value)s has no date: %(field)s is empty."),
        _("Say of which year the figure is."),
    ),
    "source_missing": (
        _("There are figures, but no source."),
        _("Say in the column source where they were read."),
    ),
    "place_half": (
        _("Only one of lat and lon is given."),
        _("Give both, or neither."),
    ),
    "lat_range": (
        _("The latitude %(value)s is not between -90 and 90."),
        _("Give degrees north, such as 49.83578."),
    ),
    "lon_range": (
        _("The longitude %(value)s is not between -180 and 180."),
        _("Give degrees east, such as 36.68802."),
    ),
    "swapped": (
        _("Latitude and longitude are swapped: %(value)s would lie outside %(hint)s."),
        _("Exchange the two columns lat and lon."),
    ),
    "outside": (
        _("The point %(value)s lies outside %(hint)s."),
        _("Check the coordinates and the country."),
    ),
    "theme_unknown": (
        _("%(field)s: “%(value)s” is no theme."),
        _("Did you mean: %(hint)s? The list of themes is closed."),
    ),
    "theme_unknown_far": (
        _("%(field)s: “%(value)s” is no theme."),
        _("Use one of: %(hint)s."),
    ),
    "theme_twice": (
        _("%(field)s: “%(value)s” stands twice."),
        _("Keep one of them."),
    ),
    "weight": (
        _("%(field)s: the weight of “%(value)s” is not 1, 2 or 3."),
        _("3 is the most important; without a weight it is 2."),
    ),
    "language": (
        _("%(field)s: “%(value)s” is no language code."),
        _("Use two letters, such as uk or lv."),
    ),
    "choice": (
        _("%(field)s: “%(value)s” is not known."),
        _("Use one of: %(hint)s."),
    ),
    "address": (
        _("%(field)s: “%(value)s” is no web address."),
        _("Begin it with https://."),
    ),
    "region": (
        _("“%(value)s” is no code of a region."),
        _("Use the KATOTTG of the oblast or the NUTS 3 code."),
    ),
    "region_other": (
        _("The region %(value)s is not in %(hint)s."),
        _("Correct the region or the country."),
    ),
    # Territory statuses.
    "class_unknown": (
        _("“%(value)s” is no class of territory."),
        _(
            "Use one of: possible hostilities; active hostilities; active hostilities, state "
            "electronic resources work; temporarily occupied."
        ),
    ),
    "day": (
        _("%(field)s: “%(value)s” is no day since 2014."),
        _("Write 2022-02-24 or 24.02.2022."),
    ),
    "until_before": (
        _("It ends on %(value)s, before it begins on %(hint)s."),
        _("Correct one of the two days."),
    ),
    "body_unknown": (
        _("No municipality of the register bears the code %(value)s."),
        _("Correct the code, or import the municipality first: only hromadas are kept."),
    ),
    "body_other": (
        _("The code %(value)s is that of %(hint)s, which is no Ukrainian municipality."),
        _("Correct the code: only hromadas are kept."),
    ),
    "code_before": (
        _("%(hint)s bore the code %(value)s before."),
        _("Write its present code."),
    ),
    "overlap_file": (
        _("This row (%(value)s) overlaps row %(hint)s."),
        _("Rows of one code and class may share no day: correct one of the two."),
    ),
    "overlap_register": (
        _("This row (%(value)s) overlaps a row of the register: %(hint)s."),
        _("Correct it in the file, or correct or end the one in the register first."),
    ),
    "not_hromada": (
        _("%(value)s is the code of a settlement; only hromadas are kept. It belongs to %(hint)s."),
        _("The row is left out; the others can be written."),
    ),
    "not_hromada_above": (
        _(
            "%(value)s is the code of an oblast, a raion or a city district; only hromadas are "
            "kept."
        ),
        _("The row is left out; the others can be written."),
    ),
    "kept_besides": (
        _("%(hint)s rows of the register are not in this file."),
        _("They stay as they are: an import takes nothing away."),
    ),
    # Doubts: the row could be written, but a person should look first.
    "twin": (
        _("The register has %(value)s near by under another code: %(hint)s."),
        _("If it is the same body, give that body the new code instead."),
    ),
    "former_code": (
        _("%(hint)s bore the code %(value)s before."),
        _("If it is the same body, leave the row out."),
    ),
    "other_name": (
        _("The register calls this code %(hint)s, the file %(value)s."),
        _("Check that the code is right."),
    ),
    "population_jump": (
        _("The population changes from %(hint)s to %(value)s."),
        _("Check the figure."),
    ),
    "far_away": (
        _("The point moves by %(value)s km."),
        _("Check the coordinates."),
    ),
    # Notices about the file.
    "left_out": (
        _("%(hint)s rows of %(value)s were left out: they are no municipalities by themselves."),
        _("Send groups_pt_gr.csv as the second file to bring in the groups."),
    ),
    "unread": (
        _("Columns that are not read: %(value)s."),
        _("Nothing needs to be done."),
    ),
    "sheets_unread": (
        _("Sheets that are about no single country were passed over: %(value)s."),
        _("Nothing needs to be done."),
    ),
    "no_edition": (
        _("The workbook does not say above the table of which day it is."),
        _("Settlements are not counted without a day; everything else is read."),
    ),
    "blank": (_("%(hint)s empty rows were passed over."), _("Nothing needs to be done.")),
}
