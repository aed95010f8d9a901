"""积分 on the desk: books, accounts, appeals, and what communities owe each other."""
