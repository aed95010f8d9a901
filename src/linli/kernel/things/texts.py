"""What somebody is asked to agree to, whole: the scene's words for the model, and how long what is measured is kept.

Composed from declarations, so that nobody signs what the code does not do; its digest says which words were signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Agreement as Declared
from linli.kernel.declare import Device, seconds

from .models import AgreementText

LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, and what it answers."""

    asks: str
    says: str


@dataclass(frozen=True, slots=True)
class Text:
    """`title` and `parts` in the reader's language; `digest` is of the text in both."""

    model: str
    title: str
    parts: tuple[Part, ...]
    digest: str


def declared_of(model: str) -> Declared | None:
    """What this model of device needs before it works; None for one that is not about anybody."""
    device = catalogue().devices.get(model)
    return device.agreement if device is not None else None


def is_personal(model: str) -> bool:
    return declared_of(model) is not None


def text_of(model: str) -> Text:
    """The text as it stands today. Raises LookupError for a model that asks for none."""
    device = _device(model)
    title, parts = _written(device, _readers())
    return Text(model, title, parts, digest_of(model))


def digest_of(model: str) -> str:
    device = _device(model)
    both = "\n\n".join(_plain(device, language) for language, _code in LANGUAGES)
    return hashlib.sha256(both.encode()).hexdigest()


def keep(model: str, at: datetime) -> AgreementText:
    """The text as it stands today, kept with whoever signs it."""
    device = _device(model)
    agreement = declared_of(model)
    assert agreement is not None
    words = {language: _plain(device, language) for language, _code in LANGUAGES}
    return AgreementText.objects.get_or_create(
        digest=digest_of(model), defaults={"model": model, "version": agreement.version, "first_at": at, **words}
    )[0]


def read(kept: AgreementText) -> Text:
    """A text as it was signed, whatever it says today; in the reader's language."""
    title, *lines = (kept.zh if _readers() == "zh" else kept.en).split("\n")
    parts = tuple(Part(asks, says) for asks, says in zip(lines[::2], lines[1::2], strict=False))
    return Text(kept.model, title, parts, kept.digest)


def _readers() -> str:
    """The language of LANGUAGES the reader reads."""
    return "zh" if (translation.get_language() or "zh").startswith("zh") else "en"


def _device(model: str) -> Device:
    device = catalogue().devices.get(model)
    if device is None or device.agreement is None:
        raise LookupError(model)
    return device


def _plain(device: Device, language: str) -> str:
    with translation.override(dict(LANGUAGES)[language]):
        title, parts = _written(device, language)
        return "\n".join([title, *(f"{part.asks}\n{part.says}" for part in parts)])


def _written(device: Device, language: str) -> tuple[str, tuple[Part, ...]]:
    assert device.agreement is not None
    name = device.agreement.name

    def word(part: str) -> str:
        return catalogue().word("agreement", name, language, part)

    days = seconds(device.keeps) // 86400
    kept = _("每一次读数最多保存 %(n)d 天，按小时、按天的汇总保存到同意结束。同意一结束，这些全部消除。") % {
        "n": days
    }
    most = seconds(device.agreement.longest) // 86400
    taking = _(
        "随时可以收回，不用说理由：在手机“我”里点一下，或者到居村委会窗口。设备马上停用。最长 %(n)d 天到期，要继续用会再来问。"
    )
    return word("name"), (
        Part(_("记录什么"), word("about")),
        Part(_("为什么"), word("why")),
        Part(_("谁能看到"), word("sees")),
        Part(_("保存多久"), kept),
        Part(_("不同意会怎样"), word("without")),
        Part(_("怎样收回"), taking % {"n": most}),
    )
