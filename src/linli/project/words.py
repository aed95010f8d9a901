"""The words on pages: gathered from the code, compiled for gettext, and looked at for what English lacks.

Every room keeps its own catalogue, `locale/en/LC_MESSAGES/django.po`; a sentence belongs to the nearest folder
above it that is a room (it has an `apps.py` or a `locale`). The msgid is the Chinese sentence itself.
"""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
# The command line speaks before Django is there, from the project's catalogue (see say.py).
SPOKEN_BY = {ROOT / "cli": ROOT / "project"}
KEYWORDS: dict[str, Any] = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    # Pure rooms know no gettext: they hand up these, and the verbs translate them.
    "Fault": None,
    "Sentence": None,
    "Reason": None,
}
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
_ENTRY = re.compile(r'^(?:msgctxt "(.*)"\n)?msgid "(.*)"\n(?:".*"\n)*(?=msgstr|msgid_plural)', re.MULTILINE)
TEMPLATES = {".html", ".txt", ".xml"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence English lacks, says with other placeholders, says twice, or says in two ways."""

    room: Path
    sentence: str
    where: str
    what: str


def catalogues(root: Path = ROOT) -> list[Path]:
    """Every .po file of the house."""
    return sorted(root.glob("**/locale/*/LC_MESSAGES/*.po"))


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the .mo beside each .po that is newer; returns those written."""
    written = []
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.new")
        with draft.open("wb") as file:
            write_mo(file, read(source), use_fuzzy=False)
        draft.replace(target)
        written.append(target)
    return written


def uncompiled(root: Path = ROOT) -> list[Path]:
    """The .po files whose .mo is missing or older: their pages would show Chinese in English."""
    return [
        source
        for source in catalogues(root)
        if not (target := source.with_suffix(".mo")).exists()
        or target.stat().st_mtime_ns < source.stat().st_mtime_ns
    ]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def rooms(root: Path = ROOT) -> dict[Path, Catalog]:
    """What each room says, taken from its Python files and its Jinja templates."""
    found: dict[Path, Catalog] = defaultdict(lambda: Catalog(charset="utf-8"))
    for path in _sources(root):
        home = room_of(path, root)
        place = path.relative_to(root).as_posix()
        for line, sentence, comments, context in _extract(path):
            found[home].add(sentence, locations=[(place, line)], auto_comments=comments, context=context)
    return dict(found)


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        if "tests" in inside or "migrations" in inside or "static" in inside or "__pycache__" in inside:
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "jinja2" in inside):
            yield path


def _extract(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    method = "python" if path.suffix == ".py" else "jinja2"
    # A template that does not parse is a fault of the template, not a sentence to leave out.
    options = {"silent": "false", "trimmed": "true"} if method == "jinja2" else {"encoding": "utf-8"}
    yield from extract_from_file(
        method, path, keywords=KEYWORDS, comment_tags=("译:",), options=options, strip_comment_tags=True
    )


def room_of(path: Path, root: Path = ROOT) -> Path:
    """The nearest folder above a file that is a room."""
    for folder in path.parents:
        if folder in SPOKEN_BY:
            return SPOKEN_BY[folder]
        if folder == root or (folder / "apps.py").exists() or (folder / "locale").is_dir():
            return folder
        if folder.parent == root:
            return folder
    return root


def extract(root: Path = ROOT, language: str = "en") -> list[tuple[Path, int]]:
    """Bring every catalogue up to date with the code, keeping what is translated; returns (file, new sentences)."""
    changed = []
    for home, said in rooms(root).items():
        path = home / "locale" / language / "LC_MESSAGES" / "django.po"
        kept = read(path) if path.exists() else Catalog(locale=language, charset="utf-8")
        before = {_key(message) for message in kept if message.id}
        kept.update(said, no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.header_comment = "# English for the Chinese sentences of this room."
        kept.project, kept.version, kept.fuzzy = "Linli", "", False
        kept.creation_date = kept.revision_date = UNDATED  # a date would change the file at every run
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, kept, width=0, omit_header=False, sort_output=True, no_location=True)
        changed.append((path, len({_key(message) for message in kept if message.id} - before)))
    return changed


def faults(root: Path = ROOT, language: str = "en") -> list[Fault]:
    """Every sentence without English, with other placeholders there, twice in a file, or said differently by two rooms.

    Django puts all catalogues into one, so another room may translate a sentence, and one of two that differ would
    be seen nowhere; the command line knows only its own.
    """
    own = {path.parents[2]: read(path) for path in catalogues(root) if path.parent.parent.name == language}
    everywhere = {_key(message): message for catalogue in own.values() for message in catalogue}
    found = [*_said_twice(own), *_said_in_two_ways(own, everywhere)]
    for home, said in rooms(root).items():
        here = {_key(message): message for message in own.get(home / "locale", ())}
        known = here if home in SPOKEN_BY.values() else everywhere | here
        for message in said:
            if message.id and (what := _wrong(message, known.get(_key(message)))):
                where = ":".join(str(part) for part in message.locations[0])
                found.append(Fault(home, _text(message.id), where, what))
    return found


def _said_twice(own: Iterable[Path]) -> Iterator[Fault]:
    """What stands in one file more than once. A reader of .po files keeps the last and says nothing."""
    for locale in own:
        for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
            entries = Counter(_ENTRY.findall(path.read_text(encoding="utf-8")))
            for (_context, sentence), times in entries.items():
                if sentence and times > 1:  # the header, and what is written over several lines, has none
                    yield Fault(locale.parent, sentence, locale.parent.name, "twice")


def _said_in_two_ways(own: dict[Path, Catalog], everywhere: dict[Any, Message]) -> Iterator[Fault]:
    for locale, catalogue in own.items():
        for message in catalogue:
            if message.id and message.string and message.string != everywhere[_key(message)].string:
                yield Fault(locale.parent, _text(message.id), locale.parent.name, "differs")


def _wrong(message: Message, translated: Message | None) -> str:
    if translated is None or translated.fuzzy or not _complete(translated):
        return "missing"
    return "" if _same_holes(message, translated) else "placeholders"


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, _text(message.id)


def _text(sentence: Any) -> str:
    return str(sentence if isinstance(sentence, str) else sentence[0])


def _complete(message: Message) -> bool:
    parts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(parts)


def _same_holes(message: Message, translated: Message) -> bool:
    """A translation may order the placeholders anew; it may not lose or invent one."""
    parts = [translated.string] if isinstance(translated.string, str) else list(translated.string)
    wanted = _holes(_text(message.id))
    return all(_holes(part) <= wanted for part in parts) and any(_holes(part) == wanted for part in parts)


def _holes(sentence: str) -> set[str]:
    named = set(re.findall(r"%\((\w+)\)", sentence)) | set(re.findall(r"(?<!%)%[sd]", sentence))
    try:
        braces = {name for _text, name, _spec, _how in string.Formatter().parse(sentence) if name is not None}
    except ValueError:  # a lone brace: the sentence is not a format
        braces = set()
    return named | braces
