"""The files of the replayed calls: everything is marked, whoever is not accepted is fictional, and
only those are accepted of whom sources tell."""

from tests.demo.reading import read_csv, read_json, theme_slugs

FICTIONAL = {row["key"] for row in read_csv("fictional.csv")}
TOWNS = {
    row["code"]: row for side in ("ua", "eu") for row in read_csv(f"municipalities_{side}.csv")
}
ASSOCIATIONS = {row["key"] for row in read_csv("organisations.csv") if row["kind"] == "association"}
# Ukraine's own, and the German one, which sat in as an observer, were not among the ten.
TEN = ASSOCIATIONS - {"AUC", "DST"}


def _sent(call: str) -> dict[str, dict]:
    calls = read_json("applications.json")["calls"]
    (given,) = (one for one in calls if one["call"] == call)
    return {row["body"]: row for row in given["applications"]}


def _selections() -> dict[str, dict]:
    return {one["call"]: one for one in read_json("decisions.json")["selections"]}


def test_fictional_bodies_say_so_in_every_name() -> None:
    for row in read_csv("fictional.csv"):
        assert row["name_en"].endswith("(fictional)"), row
        assert row["name_uk"].endswith(("(вигадана)", "(вигаданий)")), row
        assert row["key"].startswith("X-")


def test_files_are_marked_as_illustrative() -> None:
    for name in ("applications.json", "reviews.json", "decisions.json"):
        assert read_json(name)["illustrative"] is True


def test_ten_associations_are_accepted_and_all_others_are_fictional() -> None:
    outcomes = _selections()["associations-of-phase-2"]["outcomes"]
    assert set(outcomes["accepted"]) == TEN
    assert len(TEN) == 10
    assert len(outcomes["reserve"]) == 2
    assert len(outcomes["declined"]) == 2


def test_pilot_accepts_those_of_whom_sources_tell() -> None:
    outcomes = _selections()["municipalities-of-the-pilot"]["outcomes"]
    took_part = {
        code for code, row in TOWNS.items()
        if row["country"] == "UA" and "bot-phase-1" in row["took_part"].split(" | ")
    }  # fmt: skip
    assert set(outcomes["accepted"]) == took_part
    assert len(took_part) == 7


def test_nobody_real_is_held_in_reserve_declined_late_or_withdrawn() -> None:
    for selection in _selections().values():
        outcomes = selection["outcomes"]
        assert {*outcomes["reserve"], *outcomes["declined"]} <= FICTIONAL
        assert not set(outcomes["accepted"]) & FICTIONAL
    for call in _selections():
        for body, row in _sent(call).items():
            if {"late", "withdrawn"} & set(row):
                assert body in FICTIONAL, (call, body)
            if row.get("association_says", {}).get("word") == "refuse":
                assert body in FICTIONAL, (call, body)


def test_everybody_decided_on_has_sent_in() -> None:
    for call, selection in _selections().items():
        sent = {body for body, row in _sent(call).items() if "withdrawn" not in row}
        decided = [body for codes in selection["outcomes"].values() for body in codes]
        assert len(decided) == len(set(decided))
        assert set(decided) <= sent
        if "released" in selection:
            assert set(decided) == sent


def test_call_of_phase_2_holds_the_round_of_the_demo() -> None:
    participants = {code for code, row in TOWNS.items() if row["participant"] == "1"}
    sent = set(_sent("municipalities-of-phase-2"))
    assert sent - FICTIONAL == participants
    accepted = _selections()["municipalities-of-phase-2"]["outcomes"]["accepted"]
    assert len(accepted) == 45


def test_every_theme_has_its_idea_of_a_project() -> None:
    content = read_json("applications.json")
    assert set(content["texts"]["project"]) == theme_slugs()
    for row in content["without_profile"]:
        assert row["theme"] in theme_slugs()
        assert row["body"] in FICTIONAL or TOWNS[row["body"]]["participant"] == "0"
