"""Forms: who asks what together. An element that two of them have is asked once."""

from linli.kernel.declare import About, Ask, Form, Group, Shown, days

_ALONE = Shown("lives-alone", ("yes",))
_LET = Shown("home-use", ("let",))

FORMS = (
    Form(
        "resident-card", About.PERSON,
        (
            Group("basics", (
                Ask("residence-kind", required=True), Ask("education"), Ask("employment"), Ask("marriage"),
                Ask("workplace", when=Shown("employment", ("employed", "self-employed"))),
            )),
            Group("in-need", (Ask("low-income"), Ask("disability"))),
            Group("contact", (Ask("emergency-contact", own=True), Ask("emergency-phone", own=True))),
        ),
    ),
    Form(
        "elder-card", About.PERSON,
        (
            Group("living", (
                Ask("lives-alone", required=True), Ask("call-button", when=_ALONE),
                Ask("meal-service"), Ask("help-wanted", own=True),
            )),
            Group("health", (Ask("care-level", required=True), Ask("illnesses"), Ask("disability"))),
            Group("contact", (Ask("emergency-contact", required=True), Ask("emergency-phone", required=True))),
        ),
    ),
    Form(
        "elder-visit", About.PERSON,
        (
            Group("today", (Ask("condition", required=True), Ask("help-wanted"), Ask("visit-note"))),
            Group("living", (
                Ask("lives-alone", required=True), Ask("call-button", when=_ALONE), Ask("meal-service"),
            )),
            Group("health", (Ask("care-level"), Ask("illnesses"))),
            Group("contact", (Ask("emergency-contact"), Ask("emergency-phone"))),
        ),
        visit=True, every=days(7),
    ),
    Form("household-card", About.HOUSEHOLD, (Group("living", (Ask("household-size"), Ask("dog"))),)),
    Form(
        "rental-check", About.PLACE,
        (
            Group("letting", (
                Ask("home-use", required=True), Ask("tenants", required=True, when=_LET),
                Ask("landlord-phone", when=_LET), Ask("floor-area"),
            )),
            Group("safety", (Ask("charging-indoors"), Ask("gas-alarm"), Ask("extinguisher"))),
        ),
        visit=True, every=days(90),
    ),
    Form(
        "shop-card", About.PLACE,
        (
            Group("shop", (
                Ask("shop-name", required=True), Ask("trade", required=True), Ask("licence"), Ask("licence-until"),
                Ask("shop-phone"),
            )),
            Group("safety", (Ask("shop-extinguishers"), Ask("sleeps-there"))),
        ),
        visit=True, every=days(180),
    ),
)  # fmt: skip
