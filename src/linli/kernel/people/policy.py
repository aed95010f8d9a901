"""What a password must be, beside Django's own checks (length 10, not common, not like one's name)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class ThreeKinds:
    """At least three of: small letters, capitals, digits, anything else (GB/T 22239, 身份鉴别).

    A sentence of twenty characters is exempt: length protects better than symbols.
    """

    EXEMPT = 20

    def validate(self, password: str, user: object = None) -> None:
        kinds = {"a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "." for c in password}
        if len(kinds) < 3 and len(password) < self.EXEMPT:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return _("密码要包含大写字母、小写字母、数字、其他字符中的三种，或者长度达到 20 位。")
