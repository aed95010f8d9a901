"""City management: what is wrong in the street, whose it is, and how soon it is put right."""

from linli.kernel.declare import Department, Matter, Scene, working_days, working_hours

scene = Scene(
    name="city_management",
    departments=(Department("city-enforcement"),),
    matters=(
        Matter(
            "unlicensed-stall",
            owner="city-enforcement",
            answer=working_hours(2),
            finish=working_days(3),
        ),
    ),
)
