"""A scene for this room's own tests: a few elements of each kind, so no real scene can break them."""

from linli.kernel.declare import (
    About,
    Ask,
    Codes,
    Department,
    Element,
    Form,
    Group,
    Scene,
    Sensitivity,
    Shown,
    Source,
    Type,
    days,
)

SEALED = Sensitivity.SENSITIVE
OFFICE = ((Source.DEPARTMENT,),)
RESIDENCE = Codes("residence-kind", ("registered-here", "registered-elsewhere", "abroad"))
MARRIAGE = Codes("marriage", ("single", "married", "divorced", "widowed"))
CARE = Codes("care-level", ("self", "some-help", "bedridden"))
DISABILITY = Codes("disability", ("none", "one", "two"))
CONDITION = Codes("condition", ("well", "tired", "unwell", "needs-doctor"))
TRADE = Codes("trade", ("food", "retail"))
WHY = {"purpose": "care", "basis": "law", "owner": "sanitation"}
PERSON, PLACE = About.PERSON, About.PLACE

ELEMENTS = (
    Element("residence-kind", Type.CHOICE, PERSON, keeps=days(1000), codes=RESIDENCE, **WHY),
    Element("marriage", Type.CHOICE, PERSON, keeps=days(700), codes=MARRIAGE, **WHY),
    Element("low-income", Type.YES_NO, PERSON, keeps=days(400), precedence=OFFICE, **WHY),
    Element(
        "disability",
        Type.CHOICE,
        PERSON,
        keeps=days(900),
        sensitivity=SEALED,
        codes=DISABILITY,
        precedence=OFFICE,
        **WHY,
    ),
    Element("lives-alone", Type.YES_NO, PERSON, keeps=days(700), **WHY),
    Element("care-level", Type.CHOICE, PERSON, keeps=days(700), sensitivity=SEALED, codes=CARE, **WHY),
    Element("condition", Type.CHOICE, PERSON, keeps=days(700), codes=CONDITION, **WHY),
    Element("call-button", Type.YES_NO, PERSON, keeps=days(700), **WHY),
    Element("visit-note", Type.TEXT, PERSON, keeps=days(700), longest=300, **WHY),
    Element("emergency-contact", Type.TEXT, PERSON, keeps=days(700), longest=40, **WHY),
    Element("emergency-phone", Type.PHONE, PERSON, keeps=days(700), **WHY),
    Element("portrait", Type.FILE, PERSON, keeps=days(700), **WHY),
    Element("household-size", Type.INTEGER, About.HOUSEHOLD, keeps=days(700), unit="人", low=1, high=30, **WHY),
    Element("shop-name", Type.TEXT, PLACE, keeps=days(700), sensitivity=Sensitivity.OPEN, longest=60, **WHY),
    Element("trade", Type.CHOICE, PLACE, keeps=days(700), sensitivity=Sensitivity.OPEN, codes=TRADE, **WHY),
    Element("shop-extinguishers", Type.INTEGER, PLACE, keeps=days(700), unit="具", low=0, high=500, **WHY),
)
ALONE = Shown("lives-alone", ("yes",))
FORMS = (
    Form("resident-card", PERSON, (Group("basics", (
        Ask("residence-kind", required=True), Ask("marriage"), Ask("low-income"), Ask("disability"),
    )),)),
    Form("elder-card", PERSON, (Group("basics", (
        Ask("lives-alone", required=True), Ask("call-button", when=ALONE), Ask("care-level", required=True),
        Ask("emergency-contact", required=True, own=True), Ask("emergency-phone", required=True, own=True),
        Ask("portrait", own=True),
    )),)),
    Form("elder-visit", PERSON, (Group("basics", (
        Ask("condition", required=True), Ask("visit-note"), Ask("lives-alone", required=True),
        Ask("call-button", when=ALONE), Ask("care-level"), Ask("emergency-phone"),
    )),), visit=True, every=days(7)),
    Form("household-card", About.HOUSEHOLD, (Group("basics", (Ask("household-size"),)),)),
    Form("shop-card", PLACE, (Group("basics", (
        Ask("shop-name", required=True), Ask("trade", required=True), Ask("shop-extinguishers"),
    )),)),
)  # fmt: skip

scene = Scene(
    name="toy_registers",
    departments=(Department("sanitation"),),
    elements=ELEMENTS,
    forms=FORMS,
)
