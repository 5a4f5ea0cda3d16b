"""The first schema; frozen, independent of the application models."""

from __future__ import annotations

from peewee import *

INDEXES = (
    'CREATE UNIQUE INDEX "account_live_lookup" ON "account" ("lookup") WHERE state <> \'closed\'',
    'CREATE INDEX "account_lookup" ON "account" ("lookup")',
    'CREATE UNIQUE INDEX "unit_live_credit_code" ON "unit" ("credit_code") WHERE state IN (\'pending\', \'active\')',
    'CREATE UNIQUE INDEX "professional_live" ON "professional" ("account_id") WHERE state IN (\'pending\', \'active\')',
    'CREATE INDEX "professional_account" ON "professional" ("account_id")',
    'CREATE INDEX "case_timer" ON "case" ("next_timer_at") WHERE next_timer_at IS NOT NULL',
    'CREATE UNIQUE INDEX "case_running_subject" ON "case" ("kind", "subject") WHERE status = \'running\'',
    'CREATE INDEX "task_inbox" ON "task" ("office_id", "opened_at", "id") WHERE closed_at IS NULL',
    'CREATE INDEX "task_escalated" ON "task" ("escalated_id", "opened_at", "id") WHERE closed_at IS NULL AND escalated_id IS NOT NULL',
    'CREATE INDEX "task_claimed" ON "task" ("claimed_by_id") WHERE closed_at IS NULL AND claimed_by_id IS NOT NULL',
    'CREATE INDEX "task_done" ON "task" ("closed_by_id", "closed_at") WHERE closed_by_id IS NOT NULL',
    'CREATE INDEX "message_due" ON "message" ("due_at") WHERE state IN (\'queued\', \'sending\')',
    'CREATE INDEX "message_notices" ON "message" ("account_id", "id") WHERE channel = \'notice\'',
)


def up(migrator, db):
    class Account(Model):
        id = BigAutoField()
        name = TextField()
        id_number = BlobField()
        lookup = BlobField()
        phone = BlobField()
        email = BlobField()
        password = TextField()
        state = TextField(default="pending")
        must_change_password = BooleanField(default=False)
        password_expires_at = BigIntegerField(null=True)
        epoch = IntegerField(default=0)
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "account"

    db.create_tables([Account])

    class Region(Model):
        code = TextField(primary_key=True)
        name = TextField()
        parent = ForeignKeyField("self", null=True)
        level = IntegerField()
        pinyin = TextField()
        initials = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "region"

    db.create_tables([Region])

    class Code(Model):
        scheme = TextField()
        code = TextField()
        name = TextField()
        parent = TextField(null=True)
        position = IntegerField()
        pinyin = TextField()
        initials = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "code"
            primary_key = CompositeKey("scheme", "code")

    db.create_tables([Code])

    class StoredFile(Model):
        id = BigAutoField()
        digest = BlobField(unique=True)
        media_type = TextField()
        size = IntegerField()
        width = IntegerField(null=True)
        height = IntegerField(null=True)
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "stored_file"

    db.create_tables([StoredFile])

    class Unit(Model):
        id = BigAutoField()
        kind = TextField()
        name = TextField()
        region = ForeignKeyField(Region)
        superior = ForeignKeyField("self", null=True)
        department = ForeignKeyField("self", null=True)
        credit_code = TextField(null=True)
        nature = TextField(null=True)
        level = TextField(null=True)
        industry = TextField(null=True)
        address = TextField(null=True)
        licence = ForeignKeyField(StoredFile, null=True, index=False)
        administrator = ForeignKeyField(Account, null=True, index=False)
        state = TextField(default="pending")
        pinyin = TextField()
        initials = TextField()
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "unit"
            indexes = ((("region", "kind", "name"), False),)

    db.create_tables([Unit])

    class UnitAncestor(Model):
        unit = ForeignKeyField(Unit)
        ancestor = ForeignKeyField(Unit, index=False)
        distance = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "unit_ancestor"
            without_rowid = isinstance(db, SqliteDatabase)
            primary_key = CompositeKey("ancestor", "unit")

    db.create_tables([UnitAncestor])

    class UnitDepartment(Model):
        id = BigAutoField()
        unit = ForeignKeyField(Unit)
        name = TextField()
        closed = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "unit_department"
            indexes = ((("unit", "name"), True),)

    db.create_tables([UnitDepartment])

    class Office(Model):
        id = BigAutoField()
        unit = ForeignKeyField(Unit, index=False)
        code = TextField(default="administrator")
        name = TextField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "office"
            indexes = ((("unit", "code"), True),)

    db.create_tables([Office])

    class Appointment(Model):
        id = BigAutoField()
        office = ForeignKeyField(Office)
        account = ForeignKeyField(Account)
        since = BigIntegerField()
        until = BigIntegerField(null=True)
        substitute_for = ForeignKeyField("self", null=True, index=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "appointment"

    db.create_tables([Appointment])

    class Professional(Model):
        id = BigAutoField()
        account = ForeignKeyField(Account, index=False)
        unit = ForeignKeyField(Unit)
        department = ForeignKeyField(UnitDepartment, null=True, index=False)
        sex = TextField()
        birth_date = DateField()
        ethnicity = TextField()
        nationality = TextField()
        native_place = TextField()
        education = TextField(null=True)
        school = TextField()
        major = TextField()
        major_name = TextField(null=True)
        state = TextField(default="pending")
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "professional"

    db.create_tables([Professional])

    class PasswordHistory(Model):
        id = BigAutoField()
        account = ForeignKeyField(Account)
        password = TextField()
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "password_history"

    db.create_tables([PasswordHistory])

    class Throttle(Model):
        key = TextField(primary_key=True)
        failures = IntegerField()
        since = BigIntegerField()
        locked_until = BigIntegerField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "throttle"

    db.create_tables([Throttle])

    class Captcha(Model):
        token = TextField(primary_key=True)
        answer = BlobField()
        expires_at = BigIntegerField(index=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "captcha"

    db.create_tables([Captcha])

    class OneTimeCode(Model):
        id = BigAutoField()
        account = ForeignKeyField(Account)
        purpose = TextField()
        code = BlobField()
        created_at = BigIntegerField()
        expires_at = BigIntegerField()
        attempts = IntegerField(default=0)
        used_at = BigIntegerField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "one_time_code"

    db.create_tables([OneTimeCode])

    class AccessLog(Model):
        id = BigAutoField()
        at = BigIntegerField(index=True)
        account = ForeignKeyField(Account, null=True)
        action = TextField()
        object_kind = TextField(null=True)
        object_id = TextField(null=True)
        result = TextField(default="ok")

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "access_log"

    db.create_tables([AccessLog])

    class Definition(Model):
        id = BigAutoField()
        key = TextField()
        version = IntegerField()
        title = TextField()
        digest = BlobField()
        source = BlobField()
        tables = TextField(default="{}")
        published_at = BigIntegerField()
        published_by = ForeignKeyField(Account, null=True, index=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "definition"
            indexes = ((("key", "version"), True),)

    db.create_tables([Definition])

    class Case(Model):
        id = BigAutoField()
        definition = ForeignKeyField(Definition, index=False)
        kind = TextField()
        account = ForeignKeyField(Account)
        unit = ForeignKeyField(Unit, index=False)
        subject = BigIntegerField()
        title = TextField()
        status = TextField(default="running")
        outcome = TextField(null=True)
        revision = IntegerField(default=0)
        head = BlobField()
        state = BlobField(null=True)
        next_timer_at = BigIntegerField(null=True)
        started_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "case"

    db.create_tables([Case])

    class Task(Model):
        id = BigAutoField()
        case = ForeignKeyField(Case)
        node = TextField()
        token = BlobField()
        kind = TextField()
        office = ForeignKeyField(Office, null=True, index=False)
        escalated = ForeignKeyField(Office, null=True, index=False)
        opened_at = BigIntegerField()
        due_at = BigIntegerField(null=True)
        claimed_by = ForeignKeyField(Account, null=True, index=False)
        closed_at = BigIntegerField(null=True)
        closed_by = ForeignKeyField(Account, null=True, index=False)
        outcome = TextField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "task"

    db.create_tables([Task])

    class Event(Model):
        case = ForeignKeyField(Case, index=False)
        seq = IntegerField()
        at = BigIntegerField()
        verb = TextField()
        actor = ForeignKeyField(Account, null=True, index=False)
        office = ForeignKeyField(Office, null=True, index=False)
        node = TextField(null=True)
        outcome = TextField(null=True)
        opinion = TextField(null=True)
        data = TextField(null=True)
        walked = BlobField()
        hash = BlobField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "event"
            without_rowid = isinstance(db, SqliteDatabase)
            primary_key = CompositeKey("case", "seq")

    db.create_tables([Event])

    class Attachment(Model):
        id = BigAutoField()
        case = ForeignKeyField(Case)
        file = ForeignKeyField(StoredFile, index=False)
        name = TextField()
        position = IntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "attachment"

    db.create_tables([Attachment])

    class Message(Model):
        id = BigAutoField()
        account = ForeignKeyField(Account, index=False)
        case = ForeignKeyField(Case, null=True, index=False)
        channel = TextField()
        template = TextField()
        params = TextField(default="{}")
        state = TextField(default="queued")
        created_at = BigIntegerField()
        due_at = BigIntegerField()
        attempts = IntegerField(default=0)
        sent_at = BigIntegerField(null=True)
        read_at = BigIntegerField(null=True)
        error = TextField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "message"

    db.create_tables([Message])

    class Incident(Model):
        id = BigAutoField()
        number = TextField(unique=True)
        case = ForeignKeyField(Case, null=True)
        node = TextField(null=True)
        verb = TextField()
        error = TextField()
        detail = TextField()
        created_at = BigIntegerField()
        resolved_at = BigIntegerField(null=True)
        resolved_by = ForeignKeyField(Account, null=True, index=False)
        retried = BooleanField(default=False)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "incident"

    db.create_tables([Incident])

    class Anchor(Model):
        id = BigAutoField()
        day = TextField(unique=True)
        cases = BigIntegerField()
        through = BigIntegerField()
        hash = BlobField()
        created_at = BigIntegerField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "anchor"

    db.create_tables([Anchor])

    for sql in INDEXES:
        db.execute_sql(sql)


def down(migrator, db):
    migrator.migrate(migrator.drop_table("anchor"))
    migrator.migrate(migrator.drop_table("incident"))
    migrator.migrate(migrator.drop_table("message"))
    migrator.migrate(migrator.drop_table("attachment"))
    migrator.migrate(migrator.drop_table("event"))
    migrator.migrate(migrator.drop_table("task"))
    migrator.migrate(migrator.drop_table("case"))
    migrator.migrate(migrator.drop_table("definition"))
    migrator.migrate(migrator.drop_table("access_log"))
    migrator.migrate(migrator.drop_table("one_time_code"))
    migrator.migrate(migrator.drop_table("captcha"))
    migrator.migrate(migrator.drop_table("throttle"))
    migrator.migrate(migrator.drop_table("password_history"))
    migrator.migrate(migrator.drop_table("professional"))
    migrator.migrate(migrator.drop_table("appointment"))
    migrator.migrate(migrator.drop_table("office"))
    migrator.migrate(migrator.drop_table("unit_department"))
    migrator.migrate(migrator.drop_table("unit_ancestor"))
    migrator.migrate(migrator.drop_table("unit"))
    migrator.migrate(migrator.drop_table("stored_file"))
    migrator.migrate(migrator.drop_table("code"))
    migrator.migrate(migrator.drop_table("region"))
    migrator.migrate(migrator.drop_table("account"))
