"""How the cells of a file become the fields of an application. Pure: values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from services.intake.contract.mappings import NEEDED, ImportField


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the files of a source are read."""

    source: str | None
    columns: Mapping[str, str]  #: column → field
    values: Mapping[tuple[str, str], str]  #: field and a text in lower case → what it means
    defaults: Mapping[str, str]  #: field → what holds where no cell says it
    separator: str
    keep_rest: bool

    @classmethod
    def of(cls, source: str, said: Mapping[str, Any]) -> Self:
        """As a loaded `SetImportMapping` says."""
        return cls(
            source=source,
            columns={one["column"].strip(): one["field"] for one in said["columns"]},
            values={(one["field"], one["written"].strip().casefold()): one["means"] for one in said["values"]},
            defaults={one["field"]: one["value"] for one in said["defaults"]},
            separator=said["list_separator"],
            keep_rest=said["keep_rest"],
        )

    @property
    def header(self) -> Sequence[str] | None:
        """The columns that a file may have; None where it may have others, too."""
        return tuple(self.columns) if self.source is None else None

    @property
    def needed(self) -> Sequence[str]:
        """The columns that it has to have."""
        return [self.column_of(field) for field in NEEDED if field not in self.defaults]

    def column_of(self, field: str) -> str:
        """The column that says a field; its own name where only a default does."""
        return next((column for column, one in self.columns.items() if one == field), field)

    def said(self, cells: Mapping[str, str]) -> dict[str, str]:
        """What a row says, by field; nothing of a field that neither a cell nor a default says."""
        found = {field: text for column, field in self.columns.items() if (text := cells.get(column, ""))}
        return {**self.defaults, **{field: self._meant(field, text) for field, text in found.items()}}

    def _meant(self, field: str, text: str) -> str:
        return self.values.get((field, text.casefold()), text)

    def parts(self, field: str, text: str) -> list[str]:
        """The items of a cell that holds a list."""
        found = (part.strip() for part in text.split(self.separator))
        return [self._meant(field, part) for part in found if part]

    def rest(self, cells: Mapping[str, str]) -> list[dict[str, Any]]:
        """What no field takes, as questions and answers."""
        left = [(column, text) for column, text in cells.items() if text and column not in self.columns]
        of_none = {"assignment": None, "version": None}
        return [{**of_none, "question": column, "answer": text} for column, text in left if self.keep_rest]


#: without a source: the columns bear the fields' own names
PLAIN = Reading(
    source=None,
    columns={str(field): str(field) for field in ImportField},
    values={},
    defaults={},
    separator="|",
    keep_rest=False,
)
