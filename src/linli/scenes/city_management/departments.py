"""Who owns kinds of matter; the units of a real place carry these names (people.Unit.department)."""

from linli.kernel.declare import Department

CITY_ENFORCEMENT = Department("city-enforcement")
MARKET_REGULATION = Department("market-regulation")
HOUSING = Department("housing")
SANITATION = Department("sanitation")
ROADS = Department("roads")
WATER = Department("water")
GREENING = Department("greening")
TRAFFIC_POLICE = Department("traffic-police")
POLICE = Department("police")
ENVIRONMENT = Department("environment")
FIRE_SERVICE = Department("fire-service")
CIVIL_AFFAIRS = Department("civil-affairs")
COMMUNITY = Department("community")
OPERATIONS_CENTRE = Department("operations-centre")

DEPARTMENTS = (
    CITY_ENFORCEMENT,
    MARKET_REGULATION,
    HOUSING,
    SANITATION,
    ROADS,
    WATER,
    GREENING,
    TRAFFIC_POLICE,
    POLICE,
    ENVIRONMENT,
    FIRE_SERVICE,
    CIVIL_AFFAIRS,
    COMMUNITY,
    OPERATIONS_CENTRE,
)
