"""Headings break between phrases, and only what is really long is folded."""

from markupsafe import Markup

from linli.parts.lines import is_long, phrases, unbroken


def test_a_heading_may_break_after_each_phrase_and_stays_escaped() -> None:
    assert phrases("链接已过期，请重新打开。") == Markup(
        '<span class="phrase">链接已过期，</span><span class="phrase">请重新打开。</span>'
    )
    assert phrases("<b>，好") == Markup('<span class="phrase">&lt;b&gt;，</span><span class="phrase">好</span>')
    assert phrases("This page was not found; try again.") == "This page was not found; try again."
    assert phrases(Markup("&lt;b&gt;")) == "&lt;b&gt;"


def test_a_number_stays_with_what_it_counts() -> None:
    assert phrases("请离开 3 号楼") == '请离开 <span class="nowrap">3 号楼</span>'
    assert '<span class="nowrap">11月28日</span>）<span class="nowrap">8:00</span> 至' in phrases(
        "周六（11月28日）8:00 至"
    )
    assert phrases("'") == "&#39;"


def test_a_matters_number_is_kept_in_one_line() -> None:
    assert unbroken("拆分为 20261126-009489、20261126-009490 <办理>") == Markup(
        '拆分为 <span class="nowrap">20261126-009489</span>、'
        '<span class="nowrap">20261126-009490</span> &lt;办理&gt;'
    )


def test_a_text_is_long_by_the_lines_it_takes_not_by_its_letters() -> None:
    assert not is_long("") and not is_long("路灯不亮。" * 20)
    assert is_long("字" * 401) and not is_long("字" * 400)
    assert not is_long("a" * 800) and is_long("a" * 801)
    assert is_long("\n".join("短" * 11)) and not is_long("\n".join("短" * 10))
