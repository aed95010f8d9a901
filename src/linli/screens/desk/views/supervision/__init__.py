"""监督指挥: orders, the lists a supervisor looks into, the way down from a city to a matter, and who decided what."""
