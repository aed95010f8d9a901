"""What a form was answered with: read against what it asks now and what is known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from linli.kernel.access import Invalid
from linli.kernel.declare import Ask, Type

from ..defined import Defined, DefinedForm
from ..models import Fact
from ..values import Misfit, Value, clean


def read_answers(
    asked: DefinedForm,
    values: Mapping[str, object],
    confirms: Collection[str],
    known: Mapping[str, Fact],
    version: int | None,
) -> dict[str, Value | None]:
    """By element what is said, None for 还是这样. Raises Invalid with a sentence for each element that does not fit."""
    faults: dict[str, str] = {}
    given: dict[str, Value | None] = {}
    for name in dict.fromkeys([*values, *confirms]):
        if asked.form.ask(name) is None:
            faults[name] = _("这张表单没有这一项，可能已经删除。请刷新表单。")
    for ask in asked.form.asks:
        one = asked.elements.get(ask.element)
        if one is None or not _is_shown(ask, given, known, asked):
            continue
        try:
            value = clean(one.element, values.get(ask.element), one.choices)
        except Misfit as misfit:
            faults[ask.element] = str(misfit)
            continue
        if (value is not None or ask.element in confirms) and one.retired_at is not None:
            faults[ask.element] = _("“%(element)s”已经停用，不再填写。") % {"element": one.label}
        elif value is not None:
            given[ask.element] = value
        elif ask.element in confirms:
            if ask.element in known:
                given[ask.element] = None
            else:
                faults[ask.element] = _("这一项还没有登记，不能点“还是这样”。")
        elif _is_missed(ask, one, known, asked, version):
            faults[ask.element] = _("请填写这一项。")
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    if not given:
        raise Invalid(_("这张表单还是空的。"))
    return given


def _is_missed(ask: Ask, one: Defined, known: Mapping[str, Fact], asked: DefinedForm, version: int | None) -> bool:
    """What is known is not asked again, and an older form could not ask what came later."""
    if not ask.required or one.retired_at is not None or ask.element in known:
        return False
    return version is None or version >= asked.form.version


def _is_shown(ask: Ask, given: Mapping[str, Value | None], known: Mapping[str, Fact], asked: DefinedForm) -> bool:
    if ask.when is None:
        return True
    value = given.get(ask.when.element)
    if value is None and ask.when.element in known:
        value = known[ask.when.element].value
    other = asked.elements.get(ask.when.element)
    if value is None or other is None:
        return False
    if other.element.type is Type.YES_NO:
        return ("yes" if value else "no") in ask.when.values
    said = value if isinstance(value, list) else [value]
    return any(one in ask.when.values for one in said)
