"""A person's own data (registerutdrag; GDPR article 15): what all services keep of whoever has a personal number, as
one file. Operations that every service has; they are asked of all at once, and answered by all or by none.
"""

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault, IdentityProtected
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.join import OneFile, Work
from services.kernel.contracts.long_work import WorkView
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.schema import Nothing, Schema
from services.kernel.contracts.settings import ADMINS

LIVES = 14  #: days for which the file is there


class PersonalDataNotReady(Fault):
    """The file is not there: the export goes on, or it was cancelled. Its state says which."""


class ExportPersonalData(Schema):
    """Of whom."""

    personal_number = fields.PersonalNumber(required=True)

    example = {"personal_number": "189001019802"}


class PersonalDataExportView(WorkView):
    """A service's part of an export: how far it is. Of whom it is, is not said again."""

    created_by = fields.Staff(required=True)

    shows = {}  # numbers; whose data it is stands in the log from the beginning of the export, and when it is read
    example = {**WorkView.example, "problems": [], "created_by": "anna"}


_ABOUT = "/personal-data-exports/{id}"

EXPORT_PERSONAL_DATA = Operation(
    name="export_personal_data",
    route="POST /personal-data-exports",
    en="Gather what every service keeps of a person into one file. Others' data are left out. The file is there for "
    f"{LIVES} days, or until the export is cancelled; read its free texts before it is handed out.",
    sv="Samla det som varje tjänst har om en person i en fil (registerutdrag). Andras uppgifter utelämnas. Filen finns "
    f"i {LIVES} dagar, eller tills utdraget avbryts; läs fritexterna innan den lämnas ut.",
    roles=ADMINS,
    body=ExportPersonalData,
    answer=PersonalDataExportView,
    status=202,
    location=_ABOUT,
    shared=Work(),
)
GET_PERSONAL_DATA_EXPORT = Operation(
    name="get_personal_data_export",
    route="GET /personal-data-exports/<export_id>",
    en="How far an export is.",
    sv="Hur långt ett registerutdrag har kommit.",
    roles=ADMINS,
    answer=PersonalDataExportView,
    reads=True,
    shared=Work(),
)
CANCEL_PERSONAL_DATA_EXPORT = Operation(
    name="cancel_personal_data_export",
    route="POST /personal-data-exports/<export_id>/cancel",
    en="End an export, or throw its file away before its time: it is destroyed at once.",
    sv="Avbryt ett registerutdrag, eller kasta filen i förtid: den förstörs genast.",
    roles=ADMINS,
    body=Nothing,
    answer=PersonalDataExportView,
    shared=Work(),
)
GET_PERSONAL_DATA_FILE = Operation(
    name="get_personal_data_file",
    route="GET /personal-data-exports/<export_id>/file",
    en="The file: under each service's name what it keeps of the person. Of a protected identity only with the role "
    "`protected` and a reason.",
    sv="Filen: under varje tjänsts namn det som den har om personen. För den som har skyddade personuppgifter bara med "
    "rollen `protected` och ett skäl.",
    roles=ADMINS,
    gives_file=frozenset({MediaType.JSON}),
    shows={"personal_data_export": "export_id"},
    answer=Nothing,
    reads=True,
    faults=(PersonalDataNotReady, IdentityProtected),
    shared=OneFile(),
)
