"""How fast points move through the verb, beside a bare insert of two rows; and whether the books are right after it."""
