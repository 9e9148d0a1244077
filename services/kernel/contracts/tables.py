"""What a table that is sent as a file can break: its header, its form, the number of its rows."""

from services.kernel.contracts.rules import Rule

NO_COLUMN = Rule("column_missing", "The file has no column {name}.")
UNKNOWN_COLUMN = Rule("column_unknown", "Column {number} has a name that is not known.")
COLUMN_TWICE = Rule("column_twice", "There are two columns {name}.")
NO_ROWS = Rule("no_rows", "The file has no rows below its header.")
TOO_MANY_ROWS = Rule("too_many_rows", "The file has more than {most} rows.")
NOT_A_TABLE = Rule("not_a_table", "Line {line} is not written as a table's line is: look at its quotation marks.")
TABLE_RULES = (NO_COLUMN, UNKNOWN_COLUMN, COLUMN_TWICE, NO_ROWS, TOO_MANY_ROWS, NOT_A_TABLE)
