"""An approved run as a file for the municipality's own systems."""

from marshmallow import ValidationError, validate, validates_schema

from services.compensation.contract.pay_runs import PAYROLL
from services.compensation.exports.lines import Format
from services.compensation.exports.tables import DATE_FORMATS, VALUES
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import MediaType


class PayRunNotApproved(Fault):
    """Only an approved pay run leaves the house."""


class ExportIncomplete(Fault):
    """Something is missing before the run can be exported; nothing was written. `missing` names it all."""


LAYOUT_NEEDED = Rule("layout_needed", "Say which layout.")
WIDTH_NEEDED = Rule("width_needed", "Each column of a fixed layout has a width.")


class ExportQuery(Schema):
    """As what, and in which layout where it is the municipality's own."""

    wanted = fields.one_of(
        Format,
        load_default=Format.CSV,
        data_key="format",
        metadata={"description": "The format of the file, CSV unless said. Filens format, CSV om inget sägs."},
    )
    layout = fields.String(
        validate=validate.Length(1, 40),
        metadata={"description": "The name of the layout, for `columns`. Layoutens namn, för `columns`."},
    )

    example = {"format": "columns", "layout": "heroma"}


class Column(Schema):
    """A column: what stands in it, under which header, in which form."""

    value = fields.String(required=True, validate=validate.OneOf(VALUES))
    header = fields.String(validate=validate.Length(max=60))
    width = fields.Integer(strict=True, validate=validate.Range(1, 200))
    align = fields.String(validate=validate.OneOf(["left", "right"]))
    date_format = fields.String(validate=validate.OneOf(DATE_FORMATS))

    example = {"value": "amount", "header": "Belopp", "width": 12, "align": "right"}


class SetExportLayout(Schema):
    """The columns of a municipality's own file."""

    layout_format = fields.String(
        required=True, data_key="format", attribute="format", validate=validate.OneOf(["delimited", "fixed"])
    )
    encoding = fields.String(required=True, validate=validate.OneOf(["utf-8", "windows-1252"]))
    delimiter = fields.String(load_default=";", validate=validate.OneOf([";", ",", "\t", "|"]))
    decimal = fields.String(load_default=",", validate=validate.OneOf([",", "."]))
    columns = fields.List(fields.Nested(Column), required=True, validate=validate.Length(1, 40))
    rules = (WIDTH_NEEDED,)

    example = {
        "format": "delimited",
        "encoding": "windows-1252",
        "delimiter": ";",
        "decimal": ",",
        "columns": [{"value": "payroll_id", "header": "Anstnr"}, {"value": "amount", "header": "Belopp"}],
    }

    @validates_schema
    def check_widths(self, values: dict[str, object], **_: object) -> None:
        """Each column of a fixed layout has a width."""
        columns = values.get("columns")
        wanted = columns if values.get("format") == "fixed" and isinstance(columns, list) else []
        if any("width" not in column for column in wanted):
            raise ValidationError({"columns": [WIDTH_NEEDED]})


class ExportLayoutView(SetExportLayout):
    """A layout with its name."""

    name = fields.String(required=True)

    shows = {}
    example = {"name": "heroma", **SetExportLayout.example}


class ExportLayoutInList(Schema):
    """A layout of the list."""

    id = fields.String(required=True)  #: its name
    layout_format = fields.String(required=True, data_key="format", validate=validate.OneOf(["delimited", "fixed"]))

    shows = {}
    example = {"id": "heroma", "format": "delimited"}


EXPORT_PAY_RUN = Operation(
    name="export_pay_run",
    route="GET /pay-runs/<pay_run_id>/export",
    en="An approved pay run as a file: PAXml 2.0 of what payroll pays, SIE 4I of what the ledger pays, every line in "
    "the municipality's own columns, or as CSV. The same run gives the same bytes. It holds personal numbers: of a "
    "protected identity only with the role `protected` and a reason.",
    sv="Ett godkänt löneunderlag som fil: PAXml 2.0 av det som lönesystemet betalar, SIE 4I av det som ekonomisystemet "
    "betalar, alla rader i kommunens egna kolumner, eller som CSV. Samma underlag ger samma innehåll. Filen innehåller "
    "personnummer: av den som har skyddade personuppgifter bara med rollen `protected` och ett skäl.",
    roles=PAYROLL,
    query=ExportQuery,
    answer=Nothing,
    shows={"pay_run": "pay_run_id"},
    gives_file=frozenset({MediaType.XML, MediaType.SIE, MediaType.CSV}),
    reads=True,
    rules=(LAYOUT_NEEDED,),
    faults=(PayRunNotApproved, ExportIncomplete, IdentityProtected),
)
SET_EXPORT_LAYOUT = Operation(
    name="set_export_layout",
    route="PUT /export-layouts/<layout_name>",
    en="Describe the columns of a file for the municipality's own systems: If-None-Match: * to create it, If-Match to "
    "replace it.",
    sv="Beskriv kolumnerna i en fil för kommunens egna system: If-None-Match: * för att skapa den, If-Match för att "
    "ersätta den.",
    roles=PAYROLL,
    body=SetExportLayout,
    answer=ExportLayoutView,
    conditional=True,
    creates=True,
)
GET_EXPORT_LAYOUT = Operation(
    name="get_export_layout",
    route="GET /export-layouts/<layout_name>",
    en="The columns of a file for the municipality's own systems.",
    sv="Kolumnerna i en fil för kommunens egna system.",
    roles=PAYROLL,
    answer=ExportLayoutView,
    reads=True,
)
LIST_EXPORT_LAYOUTS = Operation(
    name="list_export_layouts",
    route="GET /export-layouts",
    en="The layouts of files that the municipality has described.",
    sv="De layouter för filer som kommunen har beskrivit.",
    roles=PAYROLL,
    answer=ExportLayoutInList,
    reads=True,
    paged=True,
)
