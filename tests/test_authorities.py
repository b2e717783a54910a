from __future__ import annotations

import pytest

from rag.authorities import Authority, Elsewhere, authorities, authority, elsewhere, find, region, regions
from rag.spelling import Vocabulary, one_apart

CURRENT = [a for a in authorities() if a.abolished is None]


def named(text: str) -> list[str]:
    return [m.name for m in find(text)]


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_current_authority_has_its_codes_and_region():
    assert len(CURRENT) == 153
    assert all(a.urn and a.la_code and a.ons_code and a.region and a.type for a in CURRENT)


def test_abolished_authorities_say_when_and_what_came_after():
    gone = {a.name: a for a in authorities() if a.abolished}
    assert set(gone) == {"Bournemouth", "Cumbria", "Dorset (before 2019)", "Northamptonshire", "Poole"}
    names = {a.name for a in CURRENT}
    assert all(a.successors and set(a.successors) <= names for a in gone.values())


def test_no_number_is_made_up_for_a_former_authority():
    numbers = {a.name: a.urn for a in authorities()}
    assert numbers["Bournemouth"] == numbers["Dorset (before 2019)"] == ""
    # Those of councils run in one series of five digits, of newer ones in one of seven; schools have six.
    assert all(len(number) in (0, 5, 7) for number in numbers.values())


def test_names_numbers_and_forms_belong_to_one_authority():
    urns = [a.urn for a in authorities() if a.urn]
    forms = [form.casefold() for a in authorities() for form in {a.name, *a.also_known_as, *a.short_forms}]
    assert len(urns) == len(set(urns))
    assert len(forms) == len(set(forms))


def test_statistical_neighbours_are_authorities_of_the_list():
    codes = {a.la_code for a in authorities()}
    assert all(set(a.statistical_neighbours) <= codes for a in authorities())
    assert len(next(a for a in CURRENT if a.name == "Kent").statistical_neighbours) == 10


def test_the_councils_of_three_other_nations_are_known():
    nations = [e.nation for e in elsewhere()]
    assert [nations.count(n) for n in ("Wales", "Scotland", "Northern Ireland")] == [22, 32, 11]
    assert find("What did inspectors say in Cardiff?")[0].place == Elsewhere("Cardiff", "Wales")


# ── recognising ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("one", [a for a in authorities() if "(" not in a.name], ids=lambda a: a.name)
def test_every_form_of_every_name_is_recognised(one: Authority):
    for form in {one.name, *one.also_known_as, *one.short_forms}:
        assert named(form) == [one.name]
        assert named(f"what about {form.lower()} council in 2019") == [one.name]
        assert named(f"Inspection of {form} local authority children’s services") == [one.name]


@pytest.mark.parametrize("one", CURRENT, ids=lambda a: a.name)
def test_one_wrong_letter_never_names_another_authority(one: Authority):
    name = "BCP" if "Christchurch" in one.name else one.name.partition(",")[0]
    real = {form for a in authorities() for form in (a.name, *a.short_forms)}
    for i in range(1, len(name) - 1):
        if not name[i : i + 2].isalpha():
            continue
        swapped = name[:i] + name[i + 1] + name[i] + name[i + 2 :]
        for wrong in (name[:i] + name[i + 1 :], swapped, f"{name[:i]}x{name[i:]}", f"{name[:i]}e{name[i + 1 :]}"):
            assert wrong in real or set(named(wrong)) <= {one.name}, wrong


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("nobody is named here", []),
        ("North Tyneside", ["North Tyneside"]),
        ("newcastle-on-tyne and Newcastle upon Tyne", ["Newcastle upon Tyne"] * 2),
        ("Newcastle-under-Lyme", []),
        ("North East Lincolnshire, Lincolnshire", ["North East Lincolnshire", "Lincolnshire"]),
        ("East Sussex but not Sussex", ["East Sussex"]),
        ("Bristol, City of", ["Bristol, City of"]),
        ("Bristol City of\r\nInspection of children's social care services", ["Bristol, City of"]),
        ("City of Bristol; Bristol City Council", ["Bristol, City of"] * 2),
        ("Kingston upon Hull and Kingston upon Thames", ["Kingston Upon Hull, City of", "Kingston upon Thames"]),
        ("St Helens, St. Helens, Saint Helens, St Helen's", ["St. Helens"] * 4),
        ("Hammersmith & Fulham, hammersmith and fulham, H&F", ["Hammersmith and Fulham"] * 3),
        ("Nottingham is not Nottinghamshire", ["Nottingham", "Nottinghamshire"]),
        ("County Durham", ["Durham"]),
        ("Newham's, Newham’s and newhams children", ["Newham"] * 3),
        ("Dorset County Council became Dorset Council", ["Dorset (before 2019)", "Dorset"]),
        ("Northamptonshire; West Northants", ["Northamptonshire", "West Northamptonshire"]),
        ("Royal Borough of Kensington and\r\nChelsea", ["Kensington and Chelsea"]),
        ("Stockton\ufffeon-Tees", ["Stockton-on-Tees"]),
        ("Bury St Edmunds, Sutton Coldfield, Greater Manchester", []),
        ("a Merton-compliant age assessment in Merton", ["Merton"]),
        ("Councillor Sutton asked about Sutton", ["Sutton"]),
    ],
)  # fmt: skip
def test_names_in_running_text(text: str, names: list[str]):
    assert named(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("how well are children reading at home", []),
        ("help with reading and writing", []),
        ("Reading the file, inspectors found gaps", []),
        ("do they bury bad news, or take a bath, or hear barking", []),
        ("Which staffs wilts first?", []),
        ("reading council's front door", ["Reading"]),
        ("reading 2019 caseloads", ["Reading"]),
        ("in 2022 bury needed improvement", ["Bury"]),
        ("bury children's services 2021", ["Bury"]),
        ("what went on in bury", ["Bury"]),
        ("progress in reading", []),
        ("What did Reading do? And Bury, and Bath?", ["Reading", "Bury", "Bath and North East Somerset"]),
    ],
)
def test_a_name_that_is_an_ordinary_word_needs_a_capital_or_company(text: str, names: list[str]):
    assert named(text) == names


def test_a_misspelling_is_marked():
    (mention,) = find("how is wolverhamton doing")
    assert (mention.name, mention.exact) == ("Wolverhampton", False)
    assert named("Buckinghamshre") == ["Buckinghamshire"]
    assert named("Noth Somerset") == ["North Somerset"]


def test_a_misspelling_of_two_names_is_taken_for_neither():
    assert named("Herfordshire") == []  # Herefordshire or Hertfordshire


@pytest.mark.parametrize("word", ["brighten", "southward", "Kennington", "Handsworth", "Anfield", "hamlet", "wavering"])
def test_real_words_and_places_are_not_corrected(word: str):
    assert named(word) == []


def test_a_mention_covers_its_designation():
    text = "Inspection of the London Borough of\r\nEaling local authority children’s services"
    (mention,) = find(text)
    assert text[mention.start : mention.end] == "London Borough of\r\nEaling local authority"
    assert mention.designated
    (plain,) = find("children in Ealing")
    assert not plain.designated


def test_council_tax_is_no_designation():
    (mention,) = find("Kent council tax")
    assert not mention.designated


def test_looking_up_one_authority():
    for text in ("Newham", "newham", "London Borough of Newham", "LBN"):
        found = authority(text)
        assert found is not None and found.urn == "80511"
    assert authority("Kent and Essex") is None
    assert authority("nowhere") is None
    assert authority("Dorset (before 2019)") is not None


# ── regions ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do London boroughs do?", ("London",)),
        ("councils in the North East and the south-west", ("North East", "South West")),
        ("Yorkshire and the Humber", ("Yorkshire and the Humber",)),
        ("North Yorkshire", ()),
        ("North East Lincolnshire", ()),
        ("West Midlands Police", ()),
        ("London Borough of Newham", ()),
        ("east of england", ("East of England",)),
        ("", ()),
    ],
)
def test_regions(text: str, expected: tuple[str, ...]):
    assert regions(text) == expected
    assert region(text) == (expected[0] if expected else None)


# ── spelling ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("kent", "kent", False),
        ("kent", "kant", True),
        ("kent", "ken", True),
        ("kent", "kents", True),
        ("kent", "knet", True),
        ("kent", "tken", False),
        ("kent", "kn", False),
        ("", "k", True),
        ("", "", False),
    ],
)
def test_one_apart(a: str, b: str, expected: bool):
    assert one_apart(a, b) is one_apart(b, a) is expected


def test_an_empty_vocabulary_corrects_nothing():
    assert Vocabulary(set(), set()).correct("wolverhamton") is None
