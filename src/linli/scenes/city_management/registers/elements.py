"""Data elements of persons, households and places: why each is kept, on what basis, for how long, and whose it is."""

from linli.kernel.declare import About, Codes, Element, Sensitivity, Source, Type, days

from ..departments import CIVIL_AFFAIRS, COMMUNITY, HOUSING, MARKET_REGULATION

OFFICE_FIRST = ((Source.DEPARTMENT,),)
"""What an office decides (an allowance, a degree) stands as the office says it; who sees it otherwise makes it a conflict."""
_YEAR = 365

RESIDENCE = Codes("residence-kind", ("registered-here", "registered-elsewhere", "abroad"))
EDUCATION = Codes("education", ("primary", "junior", "senior", "college", "university", "none"))
EMPLOYMENT = Codes("employment", ("employed", "self-employed", "retired", "studying", "seeking", "not-working"))
MARRIAGE = Codes("marriage", ("single", "married", "divorced", "widowed"))
CARE_LEVEL = Codes("care-level", ("self", "some-help", "much-help", "bedridden"))
ILLNESSES = Codes("illnesses", ("pressure", "sugar", "heart", "stroke", "lung", "memory", "other-illness"))
DISABILITY = Codes("disability", ("none", "one", "two", "three", "four"))
CONDITION = Codes("condition", ("well", "tired", "unwell", "needs-doctor"))
HELP = Codes("help", ("meals", "cleaning", "shopping", "medicine", "company", "repairs", "bathing"))
HOME_USE = Codes("home-use", ("own", "let", "empty", "business"))
TRADE = Codes("trade", ("food", "retail", "services", "workshop", "other-trade"))


def _elder(name: str, type_: Type, **more: object) -> Element:
    """About old people, kept two years after it was last seen."""
    return Element(
        name, type_, About.PERSON, "elder-care", "elder-law", days(2 * _YEAR), CIVIL_AFFAIRS.name, **more
    )  # type: ignore[arg-type]


def _home(name: str, type_: Type, **more: object) -> Element:
    return Element(name, type_, About.PLACE, "home-safety", "letting-rules", days(2 * _YEAR), HOUSING.name, **more)  # type: ignore[arg-type]


def _shop(name: str, type_: Type, **more: object) -> Element:
    return Element(
        name, type_, About.PLACE, "shop-safety", "fire-law", days(3 * _YEAR), MARKET_REGULATION.name,
        **{"sensitivity": Sensitivity.OPEN, **more},
    )  # type: ignore[arg-type]  # fmt: skip


def _person(name: str, type_: Type, **more: object) -> Element:
    return Element(
        name, type_, About.PERSON, "population", "committee-law", days(5 * _YEAR), COMMUNITY.name, **more
    )  # type: ignore[arg-type]


ELEMENTS = (
    # 人口基础
    _person("residence-kind", Type.CHOICE, codes=RESIDENCE),
    _person("education", Type.CHOICE, codes=EDUCATION),
    _person("employment", Type.CHOICE, codes=EMPLOYMENT),
    _person("marriage", Type.CHOICE, codes=MARRIAGE),
    _person("workplace", Type.TEXT, longest=60),
    _person("emergency-contact", Type.TEXT, longest=40),
    _person("emergency-phone", Type.PHONE),
    # 独居老人与走访
    _elder("lives-alone", Type.YES_NO),
    _elder("care-level", Type.CHOICE, codes=CARE_LEVEL, sensitivity=Sensitivity.SENSITIVE),
    _elder("illnesses", Type.CHOICES, codes=ILLNESSES, sensitivity=Sensitivity.SENSITIVE),
    _elder("condition", Type.CHOICE, codes=CONDITION),
    _elder("help-wanted", Type.CHOICES, codes=HELP),
    _elder("meal-service", Type.YES_NO),
    _elder("call-button", Type.YES_NO),
    _elder("visit-note", Type.TEXT, longest=300),
    Element(
        "disability", Type.CHOICE, About.PERSON, "relief", "relief-rules", days(3 * _YEAR), CIVIL_AFFAIRS.name,
        sensitivity=Sensitivity.SENSITIVE, codes=DISABILITY, precedence=OFFICE_FIRST,
    ),
    Element(
        "low-income", Type.YES_NO, About.PERSON, "relief", "relief-rules", days(3 * _YEAR), CIVIL_AFFAIRS.name,
        precedence=OFFICE_FIRST,
    ),
    # 户
    Element(
        "household-size", Type.INTEGER, About.HOUSEHOLD, "population", "committee-law", days(3 * _YEAR),
        COMMUNITY.name, unit="人", low=1, high=30,
    ),
    Element(
        "dog", Type.YES_NO, About.HOUSEHOLD, "population", "committee-law", days(3 * _YEAR), COMMUNITY.name
    ),
    # 出租房
    _home("home-use", Type.CHOICE, codes=HOME_USE),
    _home("tenants", Type.INTEGER, unit="人", low=0, high=60),
    _home("floor-area", Type.DECIMAL, unit="㎡", digits=2, low=1, high=100_000, sensitivity=Sensitivity.OPEN),
    _home("landlord-phone", Type.PHONE),
    _home("charging-indoors", Type.YES_NO),
    _home("gas-alarm", Type.YES_NO),
    _home("extinguisher", Type.YES_NO),
    # 商户
    _shop("shop-name", Type.TEXT, longest=60),
    _shop("trade", Type.CHOICE, codes=TRADE),
    _shop("licence", Type.TEXT, longest=30, precedence=OFFICE_FIRST),
    _shop("licence-until", Type.DATE, precedence=OFFICE_FIRST),
    _shop("shop-phone", Type.PHONE, sensitivity=Sensitivity.PERSONAL),
    _shop("shop-extinguishers", Type.INTEGER, unit="具", low=0, high=500),
    _shop("sleeps-there", Type.YES_NO),
)  # fmt: skip
