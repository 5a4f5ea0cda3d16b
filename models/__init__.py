"""What is stored: tables, constraints and queries; no rule of who may."""

from __future__ import annotations

from models.accounts import (
    AccessLog,
    Account,
    AccountState,
    Captcha,
    OneTimeCode,
    PasswordHistory,
    Throttle,
)
from models.base import Base, db, is_sqlite, open_database, tuples
from models.cases import (
    Anchor,
    Attachment,
    Case,
    CaseStatus,
    Definition,
    Event,
    Incident,
    Message,
    MessageState,
    Task,
)
from models.hierarchy import (
    Appointment,
    Code,
    Office,
    Region,
    StoredFile,
    Unit,
    UnitAncestor,
    UnitDepartment,
    UnitKind,
    UnitState,
)
from models.professionals import Professional, ProfessionalState

TABLES: tuple[type[Base], ...] = (
    Account, Region, Code, StoredFile, Unit, UnitAncestor, UnitDepartment, Office, Appointment,
    Professional, PasswordHistory, Throttle, Captcha, OneTimeCode, AccessLog,
    Definition, Case, Task, Event, Attachment, Message, Incident, Anchor,
)  # fmt: skip

__all__ = [
    "TABLES", "AccessLog", "Account", "AccountState", "Anchor", "Appointment", "Attachment",
    "Base", "Captcha", "Case", "CaseStatus", "Code", "Definition", "Event", "Incident", "Message",
    "MessageState", "Office", "OneTimeCode", "PasswordHistory", "Professional",
    "ProfessionalState", "Region", "StoredFile", "Task", "Throttle", "Unit", "UnitAncestor",
    "UnitDepartment", "UnitKind", "UnitState", "db", "is_sqlite", "open_database",
    "tuples",
]  # fmt: skip
