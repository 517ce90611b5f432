"""Names in Latin letters, one folded spelling of many, and the order of alphabets."""

import pytest

from mosty.core.latin import spellings, transliterate
from mosty.core.search import MOST_WORDS, fold, search_key, search_words, sort_key
from tests.demo.reading import read_shared

pytestmark = pytest.mark.unit

# Cabinet resolution 55 of 27 January 2010: the examples of the table itself.
OFFICIAL = {
    "Алушта": "Alushta", "Андрій": "Andrii", "Борщагівка": "Borshchahivka",
    "Борисенко": "Borysenko", "Вінниця": "Vinnytsia", "Володимир": "Volodymyr",
    "Гадяч": "Hadiach", "Богдан": "Bohdan", "Згурський": "Zghurskyi", "Ґалаґан": "Galagan",
    "Ґорґани": "Gorgany", "Донецьк": "Donetsk", "Дмитро": "Dmytro", "Рівне": "Rivne",
    "Олег": "Oleh", "Есмань": "Esman", "Єнакієве": "Yenakiieve", "Гаєвич": "Haievych",
    "Короп’є": "Koropie", "Житомир": "Zhytomyr", "Жанна": "Zhanna", "Жежелів": "Zhezheliv",
    "Закарпаття": "Zakarpattia", "Казимирчук": "Kazymyrchuk", "Медвин": "Medvyn",
    "Михайленко": "Mykhailenko", "Іванків": "Ivankiv", "Іващенко": "Ivashchenko",
    "Їжакевич": "Yizhakevych", "Кадиївка": "Kadyivka", "Мар’їне": "Marine",
    "Йосипівка": "Yosypivka", "Стрий": "Stryi", "Олексій": "Oleksii", "Київ": "Kyiv",
    "Коваленко": "Kovalenko", "Лебедин": "Lebedyn", "Леонід": "Leonid",
    "Миколаїв": "Mykolaiv", "Маринич": "Marynych", "Ніжин": "Nizhyn", "Наталія": "Nataliia",
    "Одеса": "Odesa", "Онищенко": "Onyshchenko", "Полтава": "Poltava", "Петро": "Petro",
    "Решетилівка": "Reshetylivka", "Рибчинський": "Rybchynskyi", "Суми": "Sumy",
    "Соломія": "Solomiia", "Тернопіль": "Ternopil", "Троць": "Trots", "Ужгород": "Uzhhorod",
    "Уляна": "Uliana", "Фастів": "Fastiv", "Філіпчук": "Filipchuk", "Харків": "Kharkiv",
    "Христина": "Khrystyna", "Біла Церква": "Bila Tserkva", "Стеценко": "Stetsenko",
    "Чернівці": "Chernivtsi", "Шевченко": "Shevchenko", "Шостка": "Shostka",
    "Кишеньки": "Kyshenky", "Щербухи": "Shcherbukhy", "Гоща": "Hoshcha",
    "Гаращенко": "Harashchenko", "Юрій": "Yurii", "Корюківка": "Koriukivka",
    "Яготин": "Yahotyn", "Ярошенко": "Yaroshenko", "Костянтин": "Kostiantyn",
    "Знам’янка": "Znamianka", "Феодосія": "Feodosiia", "Згорани": "Zghorany",
    "Розгон": "Rozghon",
}  # fmt: skip


@pytest.mark.parametrize(("ukrainian", "latin"), OFFICIAL.items())
def test_ukrainian_is_transliterated_by_the_table_of_2010(ukrainian: str, latin: str) -> None:
    assert transliterate(ukrainian) == latin


@pytest.mark.parametrize(
    ("ukrainian", "latin"),
    [
        # Letters that differ at the beginning of a word, also after a hyphen or a space.
        ("Єва, Їжа, Йод, Юля, Яма", "Yeva, Yizha, Yod, Yulia, Yama"),
        ("Івано-Яблунівка", "Ivano-Yablunivka"),
        ("Нова Яворівка", "Nova Yavorivka"),
        # An apostrophe is no beginning, and vanishes in all its shapes.
        ("Кам’янка Кам'янка Камʼянка", "Kamianka Kamianka Kamianka"),
        ("Юр’їв", "Yuriv"),
        # зг is not ж.
        ("Згурівка ЗГУРІВКА згурівка", "Zghurivka ZGHURIVKA zghurivka"),
        # Capitals stay: a word wholly in capitals, or only its first letter.
        ("ЩАСТЯ Щастя щ Щ", "SHCHASTIA Shchastia shch Shch"),
        ("ЄВПАТОРІЯ", "YEVPATORIIA"),
        ("Ь", ""),
        ("Чугуїв (Kharkiv) 2022", "Chuhuiv (Kharkiv) 2022"),
        ("", ""),
    ],
)
def test_ukrainian_beginnings_apostrophes_and_capitals(ukrainian: str, latin: str) -> None:
    assert transliterate(ukrainian) == latin


def test_ukrainian_letters_in_parts_are_read_as_whole() -> None:
    taken_apart = "и\u0306, і\u0308"  # й and ї as letter and mark
    assert transliterate(taken_apart) == "y, yi"
    assert fold("Украі\u0308на") == "ukraina"


def test_ukrainian_names_of_the_whole_codifier_come_out_as_its_latin_ones() -> None:
    rows = read_shared("ua-hromadas/katottg_codifier.csv")
    wrong = [row for row in rows if transliterate(row["name_uk"]) != row["name_latin"]]
    assert len(rows) > 31_000
    assert wrong == []


@pytest.mark.parametrize(
    ("bulgarian", "latin"),
    [
        ("Велико Търново", "Veliko Tarnovo"),
        ("Търговище", "Targovishte"),
        ("Бургас", "Burgas"),
        ("Хасково", "Haskovo"),
        ("Кърджали", "Kardzhali"),
        ("Ямбол", "Yambol"),
        ("Ценово", "Tsenovo"),
        ("Мария", "Maria"),
        ("Гьовренски", "Gyovrenski"),
    ],
)
def test_bulgarian_is_transliterated_by_its_own_law(bulgarian: str, latin: str) -> None:
    assert transliterate(bulgarian, "bg") == latin


def test_bulgarian_municipalities_come_out_as_in_the_register() -> None:
    rows = [row for row in read_shared("eu-lau/lau.csv") if row["iso2"] == "BG"]
    wrong = {
        row["name_latin"] for row in rows if transliterate(row["name"], "bg") != row["name_latin"]
    }
    assert len(rows) == 265
    assert wrong == {"Bobovdol"}  # written in one word there, in two in Bulgarian


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Αθήνα", "Athina"),
        ("Ηράκλειο", "Irakleio"),
        ("Θεσσαλονίκη", "Thessaloniki"),
        ("Βόλου", "Volou"),
        ("Εύβοια", "Evvoia"),
        ("Ευρώπη", "Evropi"),
        ("Ναύπλιο", "Nafplio"),
        ("Άγκυρα", "Agkyra"),
        ("Άγγελος", "Angelos"),
        ("Μπάρμπας", "Barmpas"),
        ("Ψαρά", "Psara"),
        ("Χίος", "Chios"),
        ("Ορτάκιοϊ", "Ortakioi"),
        ("ΑΘΗΝΑ", "ATHINA"),
        ("Πρέβεζα", "Preveza"),
        ("Μεσολόγγι", "Mesolongi"),
        ("Ταΰγετος", "Taygetos"),
    ],
)
def test_greek_is_transcribed_by_elot_743(greek: str, latin: str) -> None:
    assert transliterate(greek) == latin


def test_greek_communities_of_cyprus_come_out_as_in_the_register() -> None:
    rows = [row for row in read_shared("eu-lau/lau.csv") if row["iso2"] == "CY"]
    wrong = [row["name_latin"] for row in rows if fold(row["name"]) != fold(row["name_latin"])]
    # The register translates "or" and "and" and leaves articles out.
    assert len(wrong) == 6
    assert len(rows) == 615


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kuldīga", "kuldiga"),
        ("KULDĪGA", "kuldiga"),
        ("Чугуїв", "chuhuiv"),
        ("ЧУГУЇВ", "chuhuiv"),
        ("Кам’янець-Подільський", "kamianets podilskyi"),
        ("Lwów", "lwow"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("København", "kobenhavn"),
        ("Ærøskøbing", "aeroskobing"),
        ("Đakovo", "dakovo"),
        ("Ħaż-Żabbar", "haz zabbar"),
        ("Iaşi Iași", "iasi iasi"),
        ("Donostia / San Sebastián", "donostia san sebastian"),
        ("L'Aquila", "laquila"),
        ("'s-Gravenhage", "s gravenhage"),
        ("  St.  Pölten ", "st polten"),
        ("İstanbul ısı", "istanbul isi"),
        ("ﬁ Ⅷ ２０２２", "fi viii 2022"),
        ("東京", ""),
        ("", ""),
    ],
)
def test_fold_makes_one_spelling_of_many(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_fold_is_the_same_folded_again() -> None:
    for text in ["Чугуїв", "Łódź", "Θεσσαλονίκη", "L'Aquila", "Český Krumlov"]:
        assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "language", "others"),
    [
        ("Чугуїв", "uk", ["chuguev"]),
        ("Київ", "uk", ["kiev"]),
        ("Харків", "uk", ["kharkov"]),
        ("Львів", "uk", ["lvov"]),
        ("Чернігів", "uk", ["chernigov"]),
        ("Бердичів", "uk", ["berdichev"]),
        ("Горлівка", "uk", ["gorlovka"]),
        ("Хмельницький", "uk", ["khmelnitsky"]),
        ("Новоград-Волинський", "uk", ["novograd-volinsky"]),
        ("Ужгород", "uk", ["uzhgorod"]),
        ("Запоріжжя", "uk", ["zaporizhzhya"]),
        ("Бургас", "bg", ["Burgas"]),
        ("Düren", "de", ["Dueren"]),
        ("Åbenrå", "da", ["Aabenraa"]),
        ("Düren", "tr", []),
        ("L'Aquila", "it", ["L Aquila"]),
        ("Kuldīga", "lv", []),
    ],
)
def test_spellings_are_those_that_people_type(name: str, language: str, others: list[str]) -> None:
    assert spellings(name, language) == [name, *others]


def test_search_key_holds_every_word_once() -> None:
    assert search_key(["Чугуїв", "Chuhuiv", "Чугуївська громада"]) == (
        " chuhuiv chuhuivska hromada"
    )
    assert search_key([]) == ""
    assert search_key(["", "–"]) == ""


def test_search_key_ends_with_a_whole_word_where_an_index_could_hold_no_more() -> None:
    key = search_key(f"name{number}" for number in range(1000))
    assert 1900 < len(key) <= 2000
    assert key.startswith(" name0 name1 ")
    assert key.split()[-1] == f"name{len(key.split()) - 1}"


def test_search_words_are_folded_and_bounded() -> None:
    assert search_words("  Нов  Вол ") == ["nov", "vol"]
    assert search_words("'’ -") == []
    assert len(search_words("a " * 500)) == MOST_WORDS
    assert search_words("x" * 5000) == ["x" * 200]


ORDERS = {
    "uk": "Авдіївка Гайсин Ґонтівка Донецьк Енергодар Єнакієве Житомир Зміїв Ивашки Ізюм"
    " Їжівка Йосипівка Київ Щастя Юр’ївка Яготин",
    "cs": "Brno Cvikov Čáslav Hodonín Cheb Chrudim Jihlava Rokycany Říčany Sokolov Šumperk"
    " Znojmo Žatec",
    "sk": "Bardejov Čadca Humenné Chtelnica Košice Skalica Šaľa Zvolen Žilina",
    "sv": "Arvika Zinkgruvan Åmål Älmhult Örebro",
    "lv": "Cēsis Čakste Ērgļi Gulbene Ģibuļi Kuldīga Ķekava Limbaži Ļaudona Nīca Ņukši Sigulda"
    " Šķēde Zilupe Žīguri",
    "pl": "Cieszyn Ćmielów Lublin Łódź Nysa Oborniki Ósmak Sanok Śrem Zgierz Źródła Żary",
    "hu": "Cegléd Csongrád Dabas Gárdony Gyula Nagykanizsa Nyíregyháza Ózd Ömböly Siófok Szeged"
    " Tata Tyukod Zalaegerszeg Zsámbék",
    "et": "Narva Saue Šnelli Zõru Tallinn Võru Õisu Äksi Ööbiku Ülenurme",
    "da": "Assens Viborg Ærø Ølstykke Aabenraa",
    "hr": "Cres Čakovec Ćićarija Delnice Džumhur Đakovo Labin Ljubuški Nin Njivice Split Šibenik"
    " Zadar Žminj",
    "ro": "Alba Ăbrud Iași Îndol Sibiu Șomcuta Tulcea Țăndărei",
    "es": "Nules Nuño Ñora Oviedo",
    "mt": "Attard Birgu Ċirkewwa Fgura Ġgantija Gzira Għarb Hal Ħamrun Xaghra Żabbar Zurrieq",
    "el": "Αθήνα Βόλος Γιάννενα Ηράκλειο Θήβα Κως Ξάνθη Πάτρα Χίος Ψαρά",
    "bg": "Айтос Бургас Видин Перник Русе София Шумен Ямбол",
}
ORDERS["fi"] = ORDERS["sv"]


@pytest.mark.parametrize(("language", "names"), ORDERS.items())
def test_sort_key_follows_the_alphabet(language: str, names: str) -> None:
    wanted = names.split()
    keys = [sort_key(name, language) for name in wanted]
    assert sorted(wanted, key=lambda name: sort_key(name, language)) == wanted
    assert len(set(keys)) == len(keys)


def test_sort_key_of_ukrainian_goes_through_all_letters() -> None:
    alphabet = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
    mixed = sorted(alphabet)
    assert sorted(mixed, key=lambda letter: sort_key(letter, "uk")) == list(alphabet)
    # Not as the code points stand, where Є, І, Ї and Ґ are out of line.
    assert mixed != list(alphabet)


def test_sort_key_puts_the_readers_script_first() -> None:
    mixed = ["Львів", "Lublin", "Авдіївка", "Aachen", "Θήβα"]
    assert sorted(mixed, key=lambda name: sort_key(name, "uk")) == [
        "Авдіївка", "Львів", "Aachen", "Lublin", "Θήβα",
    ]  # fmt: skip
    assert sorted(mixed, key=lambda name: sort_key(name, "en"))[:2] == ["Aachen", "Lublin"]


def test_sort_key_for_english_readers_goes_by_base_letters() -> None:
    names = ["Ängelholm", "Angers", "Łódź", "Lodève", "Zwolle", "Öland", "Oulu"]
    assert sorted(names, key=lambda name: sort_key(name, "en")) == [
        "Ängelholm", "Angers", "Lodève", "Łódź", "Öland", "Oulu", "Zwolle",
    ]  # fmt: skip


def test_sort_key_orders_words_before_letters() -> None:
    names = ["Nova Kakhovka", "Nova Odesa", "Novaki", "Нова Каховка", "Новаки"]
    assert sorted(names, key=lambda name: sort_key(name, "en"))[:3] == names[:3]
    assert sort_key("Нова Каховка", "uk") < sort_key("Новаки", "uk")
    assert sort_key("Нова-Каховка", "uk") == sort_key("Нова Каховка", "uk")


def test_sort_keys_hold_nothing_that_a_collation_could_turn_round() -> None:
    rows = [row["name"] for row in read_shared("eu-lau/lau.csv")[::37]]
    rows += [row["centre_uk"] for row in read_shared("ua-hromadas/hromadas.csv")]
    for language in ("en", "uk", "cs", "sv", "el"):
        for name in rows:
            key = sort_key(name, language)
            assert key
            assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
            assert len(key) <= 190
