"""Running and ended cases: definitions, cases, tasks, events, messages, incidents."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    Node,
    TextField,
)

from models.accounts import Account
from models.base import Base, Clustered, MomentField
from models.hierarchy import Office, StoredFile, Unit


class CaseStatus(StrEnum):
    """Whether the engine still has a step to wait for."""

    RUNNING = "running"
    ENDED = "ended"


class MessageState(StrEnum):
    """Life of an outgoing message; a notice is delivered by being written."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Definition(Base):
    """流程版本: a published, immutable version of a diagram with its decision tables."""

    id = BigAutoField()
    key = TextField()  # process id: registration, unit_registration ...
    version = IntegerField()
    title = TextField()
    digest = BlobField()  # SHA-256 over source and tables
    source = BlobField()  # the BPMN file as published
    tables = TextField(default="{}")  # JSON: file name -> DMN source
    published_at = MomentField()
    published_by = ForeignKeyField(Account, null=True, index=False)
    published_by_id: int | None

    class Meta:
        indexes = ((("key", "version"), True),)

    @classmethod
    def newest(cls, key: str | Node) -> ModelSelect[Definition]:
        """The version that a new case starts on."""
        return cls.select().where(cls.key == key).order_by(cls.version.desc()).limit(1)


class Case(Base):
    """申请: one running or ended instance of a definition.

    ``state`` is the engine's task tree while the case runs, nothing afterwards. ``revision`` is the
    number of the last event, and ``head`` that event's hash.
    """

    id = BigAutoField()
    definition = ForeignKeyField(Definition, index=False)
    definition_id: int
    kind = TextField()
    account = ForeignKeyField(Account, backref="cases")  # the applicant
    account_id: int
    unit = ForeignKeyField(Unit, index=False)  # what the case is about, for filters and rights
    unit_id: int
    subject = BigIntegerField()  # id of the Professional, Unit ... of its kind
    title = TextField()
    status = TextField(default=CaseStatus.RUNNING)
    outcome = TextField(null=True)
    revision = IntegerField(default=0)
    head = BlobField()
    state = BlobField(null=True)
    next_timer_at = MomentField(null=True)
    started_at = MomentField()
    ended_at = MomentField(null=True)


Case.add_index(
    Case.index(Case.next_timer_at, name="case_timer").where(SQL("next_timer_at IS NOT NULL"))
)
# At most one running case of a kind about a subject.
Case.add_index(
    Case.index(Case.kind, Case.subject, unique=True, name="case_running_subject").where(
        SQL("status = 'running'")
    )
)


class Task(Base):
    """待办: one user task of a case, open until ``closed_at``.

    ``office`` is null for a task of the applicant. ``escalated`` is the office above, which
    sees the task too once it is overdue (E12).
    """

    id = BigAutoField()
    case = ForeignKeyField(Case, backref="tasks")
    case_id: int
    node = TextField()
    token = BlobField()  # the engine's id of the waiting task, 16 bytes
    kind = TextField()
    office = ForeignKeyField(Office, null=True, index=False)
    office_id: int | None
    escalated = ForeignKeyField(Office, null=True, index=False)
    escalated_id: int | None
    opened_at = MomentField()
    due_at = MomentField(null=True)
    claimed_by = ForeignKeyField(Account, null=True, index=False)
    claimed_by_id: int | None
    closed_at = MomentField(null=True)
    closed_by = ForeignKeyField(Account, null=True, index=False)
    closed_by_id: int | None
    outcome = TextField(null=True)


Task.add_index(
    Task.index(Task.office, Task.opened_at, Task.id, name="task_inbox").where(
        SQL("closed_at IS NULL")
    )
)
Task.add_index(
    Task.index(Task.escalated, Task.opened_at, Task.id, name="task_escalated").where(
        SQL("closed_at IS NULL AND escalated_id IS NOT NULL")
    )
)
Task.add_index(
    Task.index(Task.claimed_by, name="task_claimed").where(
        SQL("closed_at IS NULL AND claimed_by_id IS NOT NULL")
    )
)
Task.add_index(
    Task.index(Task.closed_by, Task.closed_at, name="task_done").where(
        SQL("closed_by_id IS NOT NULL")
    )
)


class Event(Clustered):
    """办理记录: one line of a case's append-only history.

    ``walked`` are the diagram's elements that this step completed (indexes into the definition's
    node list, one byte each), so that an ended case still shows its path without engine state.
    """

    case = ForeignKeyField(Case, backref="events", index=False)
    case_id: int
    seq = IntegerField()
    at = MomentField()
    verb = TextField()
    actor = ForeignKeyField(Account, null=True, index=False)  # null: the system
    actor_id: int | None
    office = ForeignKeyField(Office, null=True, index=False)  # the office that acted
    office_id: int | None
    node = TextField(null=True)
    outcome = TextField(null=True)
    opinion = TextField(null=True)
    data = TextField(null=True)  # JSON, e.g. the fields marked for correction
    walked = BlobField()
    hash = BlobField()

    class Meta:
        primary_key = CompositeKey("case", "seq")


class Attachment(Base):
    """附件: a file that belongs to a case."""

    id = BigAutoField()
    case = ForeignKeyField(Case, backref="attachments")
    case_id: int
    file = ForeignKeyField(StoredFile, index=False)
    file_id: int
    name = TextField()
    position = IntegerField()


class Message(Base):
    """通知: an outgoing notice in the outbox.

    ``channel`` is notice (in the application), mail or sms. The text is made from ``template`` and
    ``params`` when it is shown or sent, in the reader's language.
    """

    id = BigAutoField()
    account = ForeignKeyField(Account, index=False)
    account_id: int
    case = ForeignKeyField(Case, null=True, index=False)
    case_id: int | None
    channel = TextField()
    template = TextField()
    params = TextField(default="{}")  # JSON
    state = TextField(default=MessageState.QUEUED)
    created_at = MomentField()
    due_at = MomentField()
    attempts = IntegerField(default=0)
    sent_at = MomentField(null=True)
    read_at = MomentField(null=True)
    error = TextField(null=True)


# A partial index serves only a query that states its condition literally, not by parameter.
IS_OUTGOING = SQL("state IN ('queued', 'sending')")
IS_NOTICE = SQL("channel = 'notice'")
Message.add_index(Message.index(Message.due_at, name="message_due").where(IS_OUTGOING))
Message.add_index(
    Message.index(Message.account, Message.id, name="message_notices").where(IS_NOTICE)
)


class Incident(Base):
    """A step that failed and was rolled back; operators see it and retry."""

    id = BigAutoField()
    number = TextField(unique=True)  # what the person is told
    case = ForeignKeyField(Case, null=True)
    case_id: int | None
    node = TextField(null=True)
    verb = TextField()
    error = TextField()  # class of the error
    detail = TextField()  # where it happened; no personal data
    created_at = MomentField()
    resolved_at = MomentField(null=True)
    resolved_by = ForeignKeyField(Account, null=True, index=False)
    resolved_by_id: int | None
    retried = BooleanField(default=False)


class Anchor(Base):
    """A daily hash over all chain heads: shows that a whole case was deleted."""

    id = BigAutoField()
    day = TextField(unique=True)  # YYYY-MM-DD in Asia/Shanghai
    cases = BigIntegerField()
    through = BigIntegerField()  # highest case id covered
    hash = BlobField()
    created_at = MomentField()
