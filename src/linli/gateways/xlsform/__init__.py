"""XLSForm (xlsform.org): forms of ODK, KoboToolbox and others, as spreadsheets. In only."""
