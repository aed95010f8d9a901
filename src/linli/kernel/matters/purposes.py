"""What a reporter may agree to beyond having the matter handled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Purpose

PUBLIC_WORDS = "public-words"

PURPOSES = (
    Purpose(
        PUBLIC_WORDS,
        _("工作人员去掉能认出人的内容、核对以后，可以公开我反映事情时写的话。"),
        _("不同意也一样办理：公开的只有类别、大概地点、进度和答复。"),
    ),
)
