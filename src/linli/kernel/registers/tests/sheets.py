"""Forms as readable tables, made into workbooks (the manner of pyxform's own tests)."""

from __future__ import annotations

import io

from openpyxl import Workbook


def workbook(md: str) -> bytes:
    """`| sheet |` alone begins a sheet; the line after it is its heading."""
    book = Workbook()
    book.remove(book.active)
    sheet = None
    for line in md.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 1:
            sheet = book.create_sheet(cells[0])
            continue
        assert sheet is not None, "begin with | survey |"
        sheet.append([cell or None for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


VISIT = """
| survey |
| type                | name    | label::English    | label::中文  | required | relevant            |
| note                | hello   | Hello             | 您好         |          |                     |
| begin group         | living  | Living            | 居住         |          |                     |
| select_one yn       | alone   | Lives alone       | 独居         | yes      |                     |
| select_one relation | who     | Who calls         | 谁来看望     |          | ${alone} = 'y'      |
| end group           |         |                   |              |          |                     |
| select_multiple ill | ill     | Illnesses         | 慢性病       |          |                     |
| integer             | meals   | Meals a day       | 每天几餐     | true()   | selected(${ill}, 's') or selected(${ill}, 'h') |
| decimal             | height  | Height            | 身高         |          | ${meals} > 2        |
| geopoint            | where   | Where             | 在哪里       |          |                     |
| begin repeat        | kids    | Children          | 子女         |          |                     |
| text                | kid     | Name              | 姓名         |          |                     |
| end repeat          |         |                   |              |          |                     |
| hidden              | total   |                   |              |          |                     |
| choices |
| list_name | name | label::English | label::中文 |
| yn        | y    | Yes            | 是          |
| yn        | n    | No             | 否          |
| relation  | son  | Son            | 儿子        |
| relation  | nbr  | Neighbour      | 邻居        |
| ill       | s    | Sugar          | 糖尿病      |
| ill       | h    | Heart          | 心脏病      |
| settings |
| form_title | form_id |
| 上门问卷   | visit1  |
"""
