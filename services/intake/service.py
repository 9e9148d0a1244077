"""The intake service: its table of contents."""

from services.intake import commands, contract, queries
from services.kernel.service import Service, operation


class Intake(Service):
    """Interests, from the form to the qualified application."""

    name = "intake"

    list_municipalities = operation(contract.LIST_MUNICIPALITIES, queries.list_municipalities)
    submit_application = operation(contract.SUBMIT_APPLICATION, commands.submit_application)
    list_applications = operation(contract.LIST_APPLICATIONS, queries.list_applications)
    get_application = operation(contract.GET_APPLICATION, queries.get_application)
    record_contact = operation(contract.RECORD_CONTACT, commands.record_contact)
    qualify_application = operation(contract.QUALIFY_APPLICATION, commands.qualify_application)
