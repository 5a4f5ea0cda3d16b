"""Inbox and decision over HTTP: Granian, real sessions, concurrent administrators.

Each user is the administrator of a unit of his own and repeats: read the inbox, decide its first
task. The clients run on the same machine, on loopback, for a bounded time.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import models
from bench import databases, people
from engine import clock
from engine.accounts.roles import roles_of
from engine.db import transaction
from engine.settings import Settings
from models import Account, Appointment, Office, Unit, UnitAncestor
from web.app import create_app

TASK = re.compile(rb'href="(/tasks/\d+)')
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass
class User:
    """One administrator's browser."""

    cookie: str
    inbox: list[float] = field(default_factory=list)  # seconds
    decide: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def main() -> None:
    """``python -m bench http [--users 32] [--seconds 15]``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--databases", default=",".join(databases.KINDS))
    options = parser.parse_args()
    print("| database | users | decisions/s | inbox p50 ms | inbox p95 ms | decide p50 ms "
          "| decide p95 ms | errors |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for kind in options.databases.split(","):
        with databases.province(kind) as (url, _province):
            _run(kind, url, options)


def _run(kind: str, url: str, options: argparse.Namespace) -> None:
    each = int(options.seconds * 400 / options.users) + 20  # more than can be decided
    accounts = _administrators(options.users, each)
    users = [User(_cookie(url, account)) for account in accounts]
    models.db.close_all()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = _serve(url, port, options)
    try:
        seconds = asyncio.run(_load(port, users, options.seconds))
    finally:
        server.terminate()
        server.wait(20)
    _report(kind, users, seconds)


def _report(kind: str, users: list[User], seconds: float) -> None:
    inbox = [value * 1e3 for user in users for value in user.inbox]
    decide = [value * 1e3 for user in users for value in user.decide]
    errors = [error for user in users for error in user.errors]
    print(
        f"| {kind} | {len(users)} | {len(decide) / seconds:.0f} "
        f"| {databases.quantile(inbox, 0.5):.1f} | {databases.quantile(inbox, 0.95):.1f} "
        f"| {databases.quantile(decide, 0.5):.1f} | {databases.quantile(decide, 0.95):.1f} "
        f"| {len(errors)} {sorted(set(errors))[:2] if errors else ''} |",
        flush=True,
    )


def _administrators(count: int, each: int) -> list[int]:
    """Accounts that each administer a new unit with so many open registrations."""
    root = Unit.select().where(Unit.superior.is_null()).get()
    accounts = []
    for number in range(count):
        now = clock.micros(clock.now())
        with transaction():
            unit = Unit.create(
                kind="employer", name=f"测试单位{number}", region=root.region_id, superior=root,
                state="active", pinyin=f"ceshidanwei{number}", initials="csdw", created_at=now,
            )  # fmt: skip
            for ancestor, distance in ((unit, 0), (root, 1)):
                UnitAncestor.create(unit=unit, ancestor=ancestor, distance=distance)
            account = Account.create(
                name=f"管理员{number}", id_number=b"", lookup=os.urandom(16), phone=b"", email=b"",
                password="", state="active", created_at=now,
            )  # fmt: skip
            office = Office.create(unit=unit, name="单位管理员")
            Appointment.create(office=office, account=account, since=0)
        for _case in people.register(unit, each, first=number * each):
            pass
        accounts.append(account.id)
    return accounts


def _cookie(url: str, account: int) -> str:
    """The session of somebody who has just logged in, signed as the server signs it."""
    app = create_app(_settings(url))
    now = clock.micros(clock.now())
    session = {
        "_user_id": str(account), "_fresh": True, "epoch": 0, "opened": now, "seen": now,
        "role": roles_of(account, now)[0].code,
    }  # fmt: skip
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"


def _settings(url: str) -> Settings:
    return Settings.from_env(_environment(url))


def _environment(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SHENPI_SECRET": base64.b64encode(databases.SECRET).decode(),
    }


def _serve(url: str, port: int, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-W", "ignore", "-m", "web.cli", "web", f"--port={port}",
        f"--workers={options.workers}", f"--threads={options.threads}",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=databases.ROOT, env=_environment(url))
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError("the server does not answer")


async def _load(port: int, users: list[User], seconds: float) -> float:
    await asyncio.gather(*(_work(port, user, time.perf_counter() + 1) for user in users))
    for user in users:  # what came before was the warming up
        user.inbox.clear()
        user.decide.clear()
        user.errors.clear()
    begin = time.perf_counter()
    await asyncio.gather(*(_work(port, user, begin + seconds) for user in users))
    return time.perf_counter() - begin


async def _work(port: int, user: User, until: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        begin = time.perf_counter()
        status, page = await _request(reader, writer, user, "GET", "/inbox")
        user.inbox.append(time.perf_counter() - begin)
        task, token = TASK.search(page), TOKEN.search(page)
        if status != 200 or task is None or token is None:
            user.errors.append(f"inbox {status}")
            break
        body = urlencode({"csrf_token": token[1].decode(), "outcome": "approve", "revision": 1})
        begin = time.perf_counter()
        status, _page = await _request(
            reader, writer, user, "POST", f"{task[1].decode()}/decide", body
        )
        user.decide.append(time.perf_counter() - begin)
        if status != 303:
            user.errors.append(f"decide {status}")
    writer.close()


async def _request(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    user: User,
    method: str,
    path: str,
    body: str = "",
) -> tuple[int, bytes]:
    """One request on a kept connection; keeps the session cookie as a browser does."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {user.cookie}\r\n"
        f"Referer: http://127.0.0.1/inbox\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write((head + body).encode())
    await writer.drain()
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", answer, re.IGNORECASE)
    content = await reader.readexactly(int(length[1]) if length else 0)
    cookie = re.search(r"set-cookie: ([^;]+)", answer, re.IGNORECASE)
    if cookie:
        user.cookie = cookie[1]
    return int(answer.split(" ", 2)[1]), content
