"""Inspections of places that a sign suggested and a person decided on; nobody reports them. What is found wrong becomes a
matter of its own kind then."""

from linli.kernel.declare import Check, Matter, Proof, working_days, working_hours

from ..departments import CITY_ENFORCEMENT, HOUSING

# Nobody is let in who is not wanted in (docs/rights.md): then it stays without a result, and counts for neither.
CHECKED = ("confirmed", "not-found", "not-let-in", "in-procedure")

MATTERS = (
    Matter(
        "group-renting-check",
        owner=HOUSING.name,
        answer=working_hours(8),
        finish=working_days(5),
        proof=Proof.TEXT,
        check=Check.NONE,
        reasons=CHECKED,
        public=False,
        anonymous=False,
        hints=("群租核查", "入户核查", "居住人数核查", "隔断核查", "租赁核查"),
    ),
    Matter(
        "stall-check",
        owner=CITY_ENFORCEMENT.name,
        answer=working_hours(8),
        finish=working_days(3),
        proof=Proof.PHOTO,
        check=Check.NONE,
        reasons=CHECKED,
        public=False,
        anonymous=False,
        hints=("设摊核查", "定点巡查", "摊点巡查", "错峰巡查", "蹲点巡查"),
    ),
    Matter(
        "illegal-building-check",
        owner=CITY_ENFORCEMENT.name,
        answer=working_hours(8),
        finish=working_days(5),
        proof=Proof.PHOTO,
        check=Check.NONE,
        reasons=CHECKED,
        public=False,
        anonymous=False,
        hints=("违建核查", "搭建核查", "违建巡查", "拆后复查", "新增违建"),
    ),
)
