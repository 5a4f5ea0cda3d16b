"""Personal data at rest: SM4-GCM for reading back, keyed HMAC-SM3 for finding (design.md 12).

A stored value is one byte of key number, twelve of nonce, the ciphertext and sixteen of tag. All
keys come from one secret by HKDF, each for one use.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import ShenpiError

_KEY_NUMBER = 1
_keys: dict[str, bytes] = {}


class CannotRead(ShenpiError):
    """A stored value does not open with the configured secret."""


def use(secret: bytes) -> None:
    """Take the deployment's secret; every other function needs it first.

    :param secret: at least 32 random bytes, the same on every machine of the deployment
    :raises ValueError: if it is shorter
    """
    if len(secret) < 32:
        raise ValueError("the secret needs at least 32 bytes")
    for purpose, length in (("seal", 16), ("lookup", 32), ("token", 32), ("session", 32)):
        _keys[purpose] = HKDF(hashes.SHA256(), length, None, b"shenpi " + purpose.encode()).derive(
            secret
        )


def seal(text: str) -> bytes:
    """Encrypt a value for storage; the same text gives different bytes each time."""
    nonce = os.urandom(12)
    encryptor = Cipher(algorithms.SM4(_keys["seal"]), modes.GCM(nonce)).encryptor()
    sealed = encryptor.update(text.encode()) + encryptor.finalize()
    return bytes([_KEY_NUMBER]) + nonce + sealed + encryptor.tag


def unseal(stored: bytes) -> str:
    """The text of a stored value.

    :raises CannotRead: if the value was altered or another secret sealed it
    """
    stored = bytes(stored)
    nonce, body, tag = stored[1:13], stored[13:-16], stored[-16:]
    if len(stored) < 29 or stored[0] != _KEY_NUMBER:
        raise CannotRead
    decryptor = Cipher(algorithms.SM4(_keys["seal"]), modes.GCM(nonce, tag)).decryptor()
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise CannotRead from error


def lookup(text: str) -> bytes:
    """Sixteen bytes by which an encrypted value is found again."""
    return _mac("lookup", text.encode())[:16]


def token(text: str) -> bytes:
    """Keyed hash of a captcha answer or a one-time code."""
    return _mac("token", text.encode())


def session_key() -> bytes:
    """The key that signs session cookies."""
    return _keys["session"]


def _mac(purpose: str, data: bytes) -> bytes:
    mac = hmac.HMAC(_keys[purpose], hashes.SM3())
    mac.update(data)
    return mac.finalize()
