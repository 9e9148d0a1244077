"""What placement knew of homes before it kept their postcodes is learnt when it is told again."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.cli.platform import Platform
from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.environment import Reader
from services.kernel.basics.ids import new_id
from services.kernel.rows.database import Database
from services.kernel.rows.migration import running
from services.kernel.testing import Harness
from services.placement.migrations import versions
from services.placement.service import Placement
from tests.conftest import fresh_database
from tests.home_changes import a_change, a_weeding

ADDRESS = {"street": "Storgatan 1", "postcode": "702 10", "locality": "Örebro"}


@pytest.fixture
def placement(servers: Platform) -> Iterator[Harness]:
    urls = fresh_database(servers, "placement", "test_told_again")
    master_keys = Reader({"HEMVIST_MASTER_KEYS": servers.secrets.master_keys}).master_keys()
    database = Database(urls.service, master_keys, service="placement", declared=Placement.declared_settings())
    harness = Harness(Placement, database, urls.owner, urls.relay, master_keys)
    harness.tenant = harness.new_tenant()
    yield harness
    harness.database.close()


def before_postcodes() -> str:
    """The revision before postcodes."""
    (path,) = Path(versions.__file__).parent.glob("*_postcodes.py")
    module = importlib.import_module(f"{versions.__name__}.{path.stem}")
    return str(module.down_revision)


def kept(placement: Harness) -> dict[str, bool]:
    """The homes that are known, and whether their postcode is."""
    with psycopg.connect(placement.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (placement.tenant,))
        return dict(connection.execute("select id, postcode is not null from home").fetchall())


def test_the_postcode_comes_with_what_is_told_again_and_what_was_weeded_stays_away(placement: Harness) -> None:
    home, gone = new_id(), new_id()
    messages = [
        placement.message(HOME_CHANGED, a_change(home_id, address=ADDRESS), version=version)
        for home_id, version in ((home, 1), (gone, 7))
    ]
    for message in messages:
        assert placement.deliver(HOME_CHANGED, message).done
    assert placement.deliver(HOME_WEEDED, placement.message(HOME_WEEDED, a_weeding(gone), version=8)).done
    running.downgrade("placement", placement.owner_url, before_postcodes())
    running.upgrade("placement", placement.owner_url)
    assert kept(placement) == {home: False}
    for message in messages:
        assert placement.deliver(HOME_CHANGED, message).done
    assert kept(placement) == {home: True}
