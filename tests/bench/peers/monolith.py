"""The peer: what one would write who wants the same guarantees from one process. FastAPI, SQLAlchemy and psycopg: no
broker, no second process on the way.

A token of the municipality's own issuer, a validated form, row level security by a role that owns nothing, the personal
parts encrypted with the municipality's key, the same answer for the same Idempotency-Key, an event in the outbox and a
line in the log of access, all in one transaction. What the house does beside (words to be found by, protected
identities, a clock that starts, rules in two languages) is not here.

`python -m tests.bench.peers.monolith` serves at MONOLITH_PORT, with MONOLITH_DATABASE (its role's), MONOLITH_KEY (hex)
and MONOLITH_KEYS, the folder of the issuers' public keys. `prepare` makes the database.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import psycopg
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from joserfc import jwt
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlalchemy import BigInteger, Identity, LargeBinary, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import Text
from stdnum.se import personnummer

from services.kernel.secrecy.crypto import Keyring, Purpose

TABLES = """
    create table application (tenant text not null default current_setting('monolith.tenant'), id text not null,
        kind text not null, status text not null, assignments text[] not null, received_at timestamptz not null,
        contact_by date not null, details bytea not null, version bigint not null, primary key (tenant, id));
    create index on application (tenant, contact_by, id);
    create table applicant (tenant text not null default current_setting('monolith.tenant'), id text not null,
        application_id text not null, lookup bytea not null, primary key (tenant, id),
        foreign key (tenant, application_id) references application (tenant, id));
    create index on applicant (tenant, lookup);
    create table idempotency (tenant text not null default current_setting('monolith.tenant'), actor text not null,
        key text not null, request_hash bytea not null, answer bytea not null, primary key (tenant, actor, key));
    create table outbox (tenant text not null default current_setting('monolith.tenant'),
        position bigint generated always as identity primary key, routing_key text not null, envelope jsonb not null);
    create table access_line (tenant text not null default current_setting('monolith.tenant'), id text not null,
        at timestamptz not null, actor text not null, operation text not null, subjects jsonb not null,
        primary key (tenant, id));
"""
NAMES = ("application", "applicant", "idempotency", "outbox", "access_line")


def prepare(admin_url: str, password: str) -> str:
    """Makes the database and its role, which owns nothing; the role's address."""
    server, _, _ = admin_url.rpartition("/")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("drop database if exists monolith")
        admin.execute("drop role if exists monolith")
        admin.execute(f"create role monolith login password '{password}'")
        admin.execute("create database monolith")
    with psycopg.connect(f"{server}/monolith", autocommit=True) as owner:
        for statement in TABLES.split(";\n"):
            owner.execute(statement)
        for name in NAMES:
            owner.execute(f"alter table {name} enable row level security, force row level security")
            owner.execute(f"create policy own on {name} using (tenant = current_setting('monolith.tenant'))")
            owner.execute(f"grant select, insert, update on {name} to monolith")
    scheme, _, rest = server.partition("://")
    return f"{scheme}://monolith:{password}@{rest.rpartition('@')[2]}/monolith"


class Base(DeclarativeBase):
    type_annotation_map = {datetime: TIMESTAMP(timezone=True), bytes: LargeBinary, list[str]: ARRAY(Text)}


class Application(Base):
    __tablename__ = "application"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str]
    assignments: Mapped[list[str]]
    received_at: Mapped[datetime]
    contact_by: Mapped[date]
    details: Mapped[bytes]
    version: Mapped[int]


class Applicant(Base):
    __tablename__ = "applicant"
    id: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[str]
    lookup: Mapped[bytes]


class Answered(Base):
    __tablename__ = "idempotency"
    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    answer: Mapped[bytes]


class Told(Base):
    __tablename__ = "outbox"
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    routing_key: Mapped[str]
    envelope: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AccessLine(Base):
    __tablename__ = "access_line"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    operation: Mapped[str]
    subjects: Mapped[list[dict[str, str]]] = mapped_column(JSONB)


Assignment = Enum(
    "Assignment",
    {name: name for name in ("family_home", "emergency_home", "contact_family", "contact_person")},
    type=str,
)
Relation = Enum(
    "Relation",
    {name: name for name in ("applicant", "partner", "adult_child", "parent", "lodger", "other")},
    type=str,
)
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(max_length=10_000)]


class Adult(BaseModel):
    given_name: Words
    family_name: Words
    personal_number: Annotated[str, AfterValidator(lambda number: personnummer.validate(number).replace("-", ""))]
    relation: Relation


class ChildAtHome(BaseModel):
    birth_year: int = Field(ge=1980, le=2100)


class Address(BaseModel):
    street: Words
    postcode: str = Field(pattern=r"^[0-9]{3} ?[0-9]{2}$")
    locality: Words
    latitude: float | None = Field(None, ge=54, le=70)
    longitude: float | None = Field(None, ge=10, le=25)


class Wishes(BaseModel):
    age_from: int = Field(0, ge=0, le=20)
    age_to: int = Field(20, ge=0, le=20)
    places: int = Field(1, ge=1, le=10)


class Particulars(BaseModel, extra="allow"):
    """Of each assignment some answers, as they come."""


class Submitted(BaseModel):
    kind: str = Field(pattern="^(form|callback)$")
    assignments: list[Assignment] = Field(min_length=1, max_length=6)
    adults: list[Adult] = Field(min_length=1, max_length=12)
    children_at_home: list[ChildAtHome] = Field(default=[], max_length=30)
    household_complete: bool = False
    phone: str = Field(pattern=r"^\+?[0-9][0-9 -]{4,19}$")
    email: str | None = Field(None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    address: Address
    languages: list[Annotated[str, StringConstraints(pattern="^[a-z]{2,3}$")]] = []
    wishes: Wishes = Wishes()
    particulars: Particulars = Particulars()
    experience: Prose | None = None
    knows_child: Prose | None = None
    message: Prose | None = None
    protected_identity: bool = False
    consent: bool


class Caller(BaseModel):
    tenant: str
    subject: str
    roles: list[str]


app = FastAPI(openapi_url=None)


class House:
    """What the process holds, made when it starts."""

    def __init__(self) -> None:
        self.engine = create_engine(
            os.environ["MONOLITH_DATABASE"].replace("postgresql", "postgresql+psycopg", 1), pool_size=20, max_overflow=0
        )
        self.issuers = Path(os.environ["MONOLITH_KEYS"])
        self.key = bytes.fromhex(os.environ["MONOLITH_KEY"])
        self.keyrings: dict[str, Keyring] = {}
        self.keys: dict[str, KeySet] = {}
        self.known: dict[str, Caller] = {}  #: good tokens, as the gateway remembers them

    def keyring(self, municipality: str) -> Keyring:
        if municipality not in self.keyrings:
            self.keyrings[municipality] = Keyring(municipality, {1: self.key})
        return self.keyrings[municipality]


house: House


def caller(municipality: str, authorization: Annotated[str, Header()]) -> Caller:
    """Whom the token names; it is looked at once, its time and municipality each time."""
    known = house.known.get(authorization)
    if known is None:
        if municipality not in house.keys:
            keys = json.loads((house.issuers / f"{municipality}.jwks.json").read_text(encoding="ascii"))
            house.keys[municipality] = KeySet.import_key_set(keys)
        token = jwt.decode(authorization.removeprefix("Bearer "), house.keys[municipality], algorithms=["RS256"])
        jwt.JWTClaimsRegistry(aud={"essential": True, "value": "hemvist"}, exp={"essential": True}).validate(
            token.claims
        )
        known = Caller(tenant=token.claims["municipality"], subject=token.claims["sub"], roles=token.claims["roles"])
        house.known[authorization] = known
    if known.tenant != municipality or "recruiter" not in known.roles:
        raise HTTPException(403)
    return known


Recruiter = Annotated[Caller, Depends(caller)]


@contextmanager
def unit(who: Caller) -> Iterator[Session]:
    """A transaction of the caller's municipality."""
    try:
        with Session(house.engine, expire_on_commit=False) as session, session.begin():
            session.execute(text("select set_config('monolith.tenant', :tenant, true)"), {"tenant": who.tenant})
            yield session
    except IntegrityError as problem:
        raise HTTPException(409, "a request with this key is being answered") from problem


def log(session: Session, who: Caller, operation: str, *ids: str) -> None:
    subjects = [{"kind": "application", "id": one} for one in ids]
    session.add(
        AccessLine(
            id=str(uuid.uuid4()), at=datetime.now(UTC), actor=who.subject, operation=operation, subjects=subjects
        )
    )


def shown(who: Caller, application: Application) -> dict[str, Any]:
    return {
        "id": application.id,
        "kind": application.kind,
        "status": application.status,
        "assignments": application.assignments,
        "received_at": application.received_at,
        "contact_by": application.contact_by,
        "version": application.version,
        **json.loads(house.keyring(who.tenant).open(application.details, "application.details")),
    }


@app.post("/{municipality}/applications", status_code=201)
def submit_application(
    body: Submitted, who: Recruiter, idempotency_key: Annotated[str, Header(max_length=200)]
) -> dict[str, Any]:
    if not body.consent:
        raise HTTPException(422, "consent is missing")
    asked = body.model_dump_json()
    asked_hash = hashlib.sha256(asked.encode()).digest()
    with unit(who) as session:
        before = session.get(Answered, (who.subject, idempotency_key))
        if before is not None:
            if before.request_hash != asked_hash:
                raise HTTPException(422, "the key was used for another request")
            found: dict[str, Any] = json.loads(house.keyring(who.tenant).open(before.answer, "idempotency.answer"))
            return found
        now = datetime.now(UTC)
        application = Application(
            id=str(uuid.uuid4()),
            kind=body.kind,
            status="received",
            assignments=[one.value for one in body.assignments],
            received_at=now,
            contact_by=now.date() + timedelta(days=21),
            details=house.keyring(who.tenant).seal(
                body.model_dump_json(exclude={"kind", "assignments", "consent"}).encode(), "application.details"
            ),
            version=1,
        )
        session.add(application)
        session.flush()
        for adult in body.adults:
            lookup = house.keyring(who.tenant).lookup(adult.personal_number, Purpose.PERSONAL_NUMBER)
            session.add(Applicant(id=str(uuid.uuid4()), application_id=application.id, lookup=lookup))
        envelope = {
            "id": str(uuid.uuid4()),
            "time": now.isoformat(),
            "actor": who.subject,
            "data": {
                "application_id": application.id,
                "adults": house.keyring(who.tenant).seal_text(
                    json.dumps([each.model_dump() for each in body.adults]), "event"
                ),
            },
        }
        session.add(Told(routing_key="application_received.v1", envelope=envelope))
        log(session, who, "submit_application", application.id)
        answer = {"id": application.id, "status": "received", "contact_by": str(application.contact_by)}
        sealed = house.keyring(who.tenant).seal(json.dumps(answer).encode(), "idempotency.answer")
        session.add(Answered(actor=who.subject, key=idempotency_key, request_hash=asked_hash, answer=sealed))
        return answer


@app.get("/{municipality}/applications/{application_id}")
def get_application(application_id: str, who: Recruiter) -> dict[str, Any]:
    with unit(who) as session:
        application = session.scalar(select(Application).where(Application.id == application_id))
        if application is None:
            raise HTTPException(404)
        log(session, who, "get_application", application.id)
        return shown(who, application)


@app.get("/{municipality}/applications")
def list_applications(who: Recruiter, limit: int = 20) -> dict[str, Any]:
    with unit(who) as session:
        counted = select(Application.id).limit(10_000).subquery()
        total = session.scalar(select(func.count()).select_from(counted))
        ordered = select(Application).order_by(Application.contact_by, Application.id).limit(limit)
        items = session.scalars(ordered).all()
        log(session, who, "list_applications", *(one.id for one in items))
        return {"items": [shown(who, one) for one in items], "total": total}


if __name__ == "__main__":
    house = House()
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["MONOLITH_PORT"]), log_level="warning", access_log=False)
