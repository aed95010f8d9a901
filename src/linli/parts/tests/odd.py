"""What no form asks for, and programs, slips and attackers send all the same."""

ODD = (
    "", "0", "-1", "1e9", "9" * 400, "\0", "a\0b", "٣", "９９", "0001-01-01", "9999-12-31", "2026-02-30",
    "9999-12-31T23:59", "0001-01-01T00:00+14:00_01a21446-2647-73ea-b938-b5164a8fb3d7", "<script>", "';--", "%", "_",
    "\ud800", "🀄" * 300, "99010100100", "2026-13", "nan", "inf", "true", "[]", "../../etc/passwd",
)  # fmt: skip
