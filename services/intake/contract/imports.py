"""Imports: a file of applications that another form has received."""

from services.intake.contract.applications import RECRUITER
from services.kernel.contracts import Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.files import TABLES
from services.kernel.contracts.long_work import WorkHasEnded, WorkView
from services.kernel.contracts.tables import TABLE_RULES

MOST_ROWS = 10_000  #: of one file


NO_SUCH_SOURCE = Rule("no_such_source", "There is no mapping of this name.")


class ImportSource(Schema):
    """Whose form the file is of."""

    source = fields.form(
        r"^[a-z0-9-]{1,40}$(?!\n)",
        Rule("source_form", "Small letters, digits and hyphens."),
        metadata={"description": "The name of a mapping; without it the header names the fields. Källans namn."},
    )


class ImportView(WorkView):
    """An import: how far it is, and every row that was not accepted, with its line, field and reason."""

    rows = fields.Integer(required=True, metadata={"description": "How many there are. Hur många rader filen har."})
    accepted = fields.Integer(required=True, metadata={"description": "New applications. Nya intresseanmälningar."})
    repeated = fields.Integer(required=True, metadata={"description": "Imported before. Redan inlästa."})
    rejected = fields.Integer(required=True, metadata={"description": "Not accepted. Inte mottagna."})

    source = fields.String(required=True, allow_none=True)

    shows = {}
    example = {**WorkView.example, "source": "min-insats", "rows": 240, "accepted": 97, "repeated": 2, "rejected": 1}


IMPORT_APPLICATIONS = Operation(
    name="import_applications",
    route="POST /application-imports",
    en="Import a file of applications: CSV in UTF-8 or, when Content-Type says so, windows-1252, separated by `;` or "
    "`,`. With `source` it is read by the mapping of that name; without, its header names any of external_id, kind, "
    "assignments, given_name, family_name, personal_number, phone, email, street, postcode, locality, languages, "
    "age_from, age_to, places, message, consent, received; lists inside a cell are separated by `|`. `external_id` is "
    "what makes a row the same row next time; without one its whole content is. The same row is imported once. "
    "`received` is the day or the instant on which the family sent the form: the days within which somebody gets in "
    "touch begin there.",
    sv="Läs in en fil med intresseanmälningar: CSV i UTF-8 eller, om Content-Type säger det, windows-1252, med `;` "
    "eller `,` mellan kolumnerna, som heter enligt rubrikraden. `external_id` avgör vad som är samma rad nästa gång; "
    "utan den avgör radens hela innehåll. Samma rad läses in en gång. Med `source` läses filen enligt den källans "
    "kolumner. `received` är dagen eller tidpunkten då familjen skickade sin anmälan: då börjar tiden inom vilken "
    "kommunen ska höra av sig.",
    roles=RECRUITER,
    query=ImportSource,
    takes_file=TABLES,
    answer=ImportView,
    status=202,
    location="/application-imports/{id}",
    rules=(*TABLE_RULES, NO_SUCH_SOURCE),
)
GET_IMPORT = Operation(
    name="get_import",
    route="GET /application-imports/<import_id>",
    en="How far an import is, and which rows were not accepted.",
    sv="Hur långt en inläsning har kommit, och vilka rader som inte togs emot.",
    roles=RECRUITER,
    answer=ImportView,
    reads=True,
)
CANCEL_IMPORT = Operation(
    name="cancel_import",
    route="POST /application-imports/<import_id>/cancel",
    en="End an import. What was accepted by then stays.",
    sv="Avbryt en inläsning. Det som redan tagits emot finns kvar.",
    roles=RECRUITER,
    body=Nothing,
    answer=ImportView,
    faults=(WorkHasEnded,),
)
