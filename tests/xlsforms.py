"""How each XLSForm of a folder loads, or why it is refused: `python -m tests.xlsforms FOLDER` prints a table.

For pyxform's own examples: clone github.com/XLSForm/pyxform and give its `tests/example_xls`. They are not ours to ship.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import django

    django.setup()
    from linli.kernel.access import Invalid
    from linli.kernel.registers.incoming import read_form

    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.xls*")):
        try:
            form = read_form(path.read_bytes())
        except Invalid as refused:
            counts["refused"] += 1
            print(f"{path.name}\trefused\t{refused.sentence}")
            continue
        if form.faults:
            counts["refused"] += 1
            first = form.faults[0]
            print(f"{path.name}\trefused\t{first.sheet} {first.row} {first.column}: {first.sentence}")
        else:
            counts["loads"] += 1
            lost = sum(gap.lost for gap in form.gaps)
            print(f"{path.name}\tloads\t{len(form.questions)} questions, {len(form.gaps)} remarks, {lost} left out")
    print(dict(counts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
