"""Which registered device a row means: by the key it calls itself, and by nothing else."""

from __future__ import annotations

import unicodedata

from linli.kernel.places.sentences import Sentence
from linli.kernel.things.models import Thing

from .found import Candidate, Found, How


def match_thing(key: str, *, scope: str = "*") -> Found:
    """The device with exactly this key; one that differs only in case or full-width letters is asked about."""
    said = unicodedata.normalize("NFKC", key).strip()
    if not said:
        return Found(How.NONE, reasons=(Sentence("这一行没有设备编号。"),))
    known = Thing.objects.all() if scope == "*" else Thing.objects.filter(place_code__startswith=scope)
    exact = list(known.filter(key=said).values_list("id", flat=True)[:2])
    if len(exact) == 1:
        return Found(How.SURE, said, str(exact[0]), (Sentence("设备编号相同。"),))
    near = list(known.filter(key__iexact=said).values_list("id", flat=True)[:5])
    if near:
        why = (Sentence("只差大小写，或有几台同名。"),)
        return Found(How.DOUBTFUL, said, reasons=why, candidates=tuple(Candidate(str(n), 0.5, why) for n in near))
    return Found(How.NONE, said, reasons=(Sentence("登记的设备里没有这个编号。"),))
