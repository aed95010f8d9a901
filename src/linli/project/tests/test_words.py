"""English is complete, and the tool that says so can be trusted."""

import re
from pathlib import Path

import pytest

from linli.project import words


def test_every_sentence_has_english_with_the_same_placeholders() -> None:
    assert [f"{fault.where}: {fault.what}: {fault.sentence}" for fault in words.faults()] == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A room with a Python file and a page, and no catalogue yet."""
    room = tmp_path / "screens" / "phone"
    (room / "jinja2").mkdir(parents=True)
    (room / "apps.py").write_text("")
    (room / "views.py").write_text(
        "from django.utils.translation import gettext as _, gettext_lazy, ngettext\n"
        "A = _('第 {n} 件')\nB = gettext_lazy('上报')\nC = ngettext('%(count)s 件', '%(count)s 件', 2)\n",
        encoding="utf-8",
    )
    (room / "jinja2" / "page.html").write_text("<h1>{{ _('我的事项') }}</h1>", encoding="utf-8")
    return tmp_path


def po(house: Path) -> Path:
    return house / "screens/phone/locale/en/LC_MESSAGES/django.po"


def test_sentences_are_found_in_code_and_pages(house: Path) -> None:
    assert {fault.sentence for fault in words.faults(house)} == {"第 {n} 件", "上报", "%(count)s 件", "我的事项"}
    words.extract(house)
    assert po(house).is_file()
    assert len(words.faults(house)) == 4, "an empty translation is no translation"


def test_gathering_again_keeps_what_is_translated_and_changes_nothing(house: Path) -> None:
    words.extract(house)
    done = po(house).read_text(encoding="utf-8").replace('msgid "上报"\nmsgstr ""', 'msgid "上报"\nmsgstr "Report"')
    po(house).write_text(done, encoding="utf-8")
    words.extract(house)
    assert po(house).read_text(encoding="utf-8") == done
    assert "上报" not in {fault.sentence for fault in words.faults(house)}


def test_a_lost_placeholder_is_a_fault(house: Path) -> None:
    words.extract(house)
    text = po(house).read_text(encoding="utf-8")
    po(house).write_text(
        text.replace('msgid "第 {n} 件"\nmsgstr ""', 'msgid "第 {n} 件"\nmsgstr "item"'), encoding="utf-8"
    )
    assert [fault.what for fault in words.faults(house) if fault.sentence == "第 {n} 件"] == ["placeholders"]


def test_two_rooms_that_say_a_sentence_differently_are_a_fault(house: Path) -> None:
    words.extract(house)
    text = po(house).read_text(encoding="utf-8").replace('msgid "上报"\nmsgstr ""', 'msgid "上报"\nmsgstr "Report"')
    po(house).write_text(text, encoding="utf-8")
    desk = house / "screens/desk/locale/en/LC_MESSAGES/django.po"
    desk.parent.mkdir(parents=True)
    desk.write_text(text, encoding="utf-8")
    assert not [fault for fault in words.faults(house) if fault.what == "differs"]
    desk.write_text(text.replace('"Report"', '"Told"'), encoding="utf-8")
    assert [fault.sentence for fault in words.faults(house) if fault.what == "differs"] == ["上报"]


def test_a_sentence_that_stands_twice_in_a_file_is_a_fault(house: Path) -> None:
    """Of two translations the last would be seen, and whoever mends the first wonders why nothing changes."""
    words.extract(house)
    entry = 'msgid "上报"\nmsgstr "%s"\n'
    said = po(house).read_text(encoding="utf-8").replace(entry % "", entry % "Report" + "\n" + entry % "Tell")
    po(house).write_text(said, encoding="utf-8")
    assert [fault.sentence for fault in words.faults(house) if fault.what == "twice"] == ["上报"]


def test_no_page_says_a_word_past_the_catalogues() -> None:
    """Chinese outside `_()`, or its punctuation between two of them, would stay in the English page."""
    says = re.compile(r"[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff“”]+")
    past = re.compile(r"""\{#.*?#\}|_\(\s*"[^"]*"|"中文\"""", re.S)
    found = {
        str(page.relative_to(words.ROOT)): said
        for page in words.ROOT.rglob("jinja2/**/*.html")
        if page.name != "500.html" and (said := says.findall(past.sub("", page.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_only_what_changed_is_compiled(house: Path) -> None:
    words.extract(house)
    assert words.uncompiled(house) == [po(house)]
    assert words.compile_all(house) == [po(house).with_suffix(".mo")]
    assert words.compile_all(house) == []
    assert words.uncompiled(house) == []
