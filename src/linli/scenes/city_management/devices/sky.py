"""Weather, air and noise.

The station sums up rain itself over one, three, six and twelve hours, as the national signals count it; wind is the
mean of ten minutes, noise the equivalent level (Leq) of the last minutes, dust the mean of the last hour.
"""

from __future__ import annotations

from linli.kernel.declare import SIGNAL, Command, Device, Parameter, Quantity, days, minutes

TEMPERATURE = Quantity("temperature", "°C", -50, 200)
HUMIDITY = Quantity("humidity", "%", 0, 100, digits=0)
WIND = Quantity("wind", "m/s", 0, 75)
GUST = Quantity("gust", "m/s", 0, 120)
RAIN = tuple(Quantity(f"rain-{hours}h", "mm", 0, 1200) for hours in (1, 3, 6, 12))
PM25 = Quantity("pm25", "μg/m³", 0, 2000, digits=0)
PM10 = Quantity("pm10", "μg/m³", 0, 5000, digits=0)
NOISE = Quantity("noise", "dB", 10, 150)
NOISE_PEAK = Quantity("noise-peak", "dB", 10, 160)
# Closer together while somebody looks into a complaint, farther apart to spare the battery.
INTERVAL = Command("set-interval", (Parameter("seconds", "s", 60, 86400),), lasts=days(2), interval="seconds")

WEATHER_STATION = Device(
    "weather-station", (TEMPERATURE, HUMIDITY, WIND, GUST, *RAIN, SIGNAL), every=minutes(5), icon="weather"
)
AIR_STATION = Device("air-station", (PM25, PM10, TEMPERATURE, HUMIDITY, SIGNAL), every=minutes(5), icon="air")
# Two models, because two limits hold: for where people live and trade, and beside a main road (GB 3096: 2 and 4a).
NOISE_METER = Device(
    "noise-meter", (NOISE, NOISE_PEAK, SIGNAL), every=minutes(1), icon="noise", commands=(INTERVAL,)
)
ROADSIDE_NOISE_METER = Device(
    "roadside-noise-meter", (NOISE, NOISE_PEAK, SIGNAL), every=minutes(1), icon="noise", commands=(INTERVAL,)
)

DEVICES = (WEATHER_STATION, AIR_STATION, NOISE_METER, ROADSIDE_NOISE_METER)
