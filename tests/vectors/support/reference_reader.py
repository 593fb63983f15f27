"""A second reader of the format ls1, in another language and on another library, written from docs/format.md.

It reads every file of a folder of vectors, recomputes every value of every case and prints what it checked as JSON:
{"file": {"cases": n, "problems": [...]}}. It shares no code with the SDK.
"""
import json
import struct
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TYPES = ["string", "number", "boolean", "date", "bigint", "bytes", "json"]


def label(name):
    return "lockstitch/ls1/" + name


def encode_url(data):
    bits = "".join(format(byte, "08b") for byte in data)
    bits += "0" * (-len(bits) % 6)
    return "".join(URL[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def decode_url(text):
    bits = "".join(format(URL.index(character), "06b") for character in text)
    whole = len(bits) // 8 * 8
    assert len(bits) - whole < 6 and set(bits[whole:]) <= {"0"}, "not canonical"
    return bytes(int(bits[i : i + 8], 2) for i in range(0, whole, 8))


def frame(*parts):
    out = b""
    for part in parts:
        data = part.encode("utf-8") if isinstance(part, str) else part
        out += struct.pack(">I", len(data)) + data
    return out


def unframe(data):
    parts = []
    while data:
        (length,) = struct.unpack(">I", data[:4])
        assert len(data) >= 4 + length
        parts.append(data[4 : 4 + length])
        data = data[4 + length :]
    return parts


def hkdf(key, *parts, length=32):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=b"", info=frame(*parts)).derive(key)


def mac(key, data):
    context = hmac.HMAC(key, hashes.SHA256())
    context.update(data)
    return context.finalize()


def open_sealed(key, sealed, aad):
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], aad)


def commitment_of(key):
    return hkdf(key, label("commit"))


def kid_of(commitment):
    return encode_url(commitment[:8])


def unpad(data):
    stripped = data.rstrip(b"\0")
    assert stripped.endswith(b"\x80"), "no marker"
    return stripped[:-1]


def padded_length(length, padding):
    if padding == "none":
        return length
    if padding == "block":
        return -(-(length + 4) // 16) * 16 - 4
    length = max(32, length)
    exponent = length.bit_length() - 1
    unit = 1 << max(0, exponent - exponent.bit_length())
    return -(-length // unit) * unit


def date_text(milliseconds):
    """ISO 8601 as ECMAScript writes it, from the proleptic Gregorian calendar."""
    days, rest = divmod(milliseconds, 86_400_000)
    # Howard Hinnant, civil_from_days
    days += 719_468
    era, day_of_era = divmod(days, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    seconds, millis = divmod(rest, 1000)
    year_text = f"{year:04d}" if 0 <= year <= 9999 else f"{'-' if year < 0 else '+'}{abs(year):06d}"
    return f"{year_text}-{month:02d}-{day:02d}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}Z"


def read_value(kind, data):
    """The text that vectors write for a value; numbers come back as floats, to be compared as such."""
    assert data[0] == TYPES.index(kind) + 1, "type byte"
    body = data[1:]
    if kind in ("string", "json"):
        return body.decode("utf-8")
    if kind == "number":
        return struct.unpack(">d", body)[0]
    if kind == "boolean":
        return {b"\0": "false", b"\1": "true"}[body]
    if kind == "date":
        time = struct.unpack(">d", body)[0]
        assert time == int(time)
        return date_text(int(time))
    if kind == "bigint":
        assert body[1:2] != b"\0" and body[0] in (0, 1)
        return str((-1 if body[0] else 1) * int.from_bytes(body[1:], "big"))
    return body.hex()


def same_value(kind, got, text):
    if kind == "number":
        return struct.pack(">d", got) == struct.pack(">d", float(text))
    return got == text


def field_aad(place, kid):
    return frame(label("field"), "ls1", place["owner"], place["model"], place["id"], place["path"], place["classification"], kid)


def record_key(data_key, place):
    return hkdf(data_key, label("record-key"), place["owner"], place["model"], place["id"])


def digest_input(entries):
    # Paths are ASCII, so that code units, code points and bytes sort alike.
    return frame(label("record-digest"), *(part for entry in sorted(entries) for part in entry))


def check_values(case):
    given, out = case["in"], case["out"]
    encoded = bytes.fromhex(out["encoded"])
    yield "value", same_value(given["type"], read_value(given["type"], encoded), given["value"])
    for padding in ("none", "block", "padme"):
        padded = bytes.fromhex(out[padding])
        yield padding, unpad(padded) == encoded and len(padded) == padded_length(len(encoded) + 1, padding)


def check_contexts(case):
    given, out = case["in"], case["out"]
    yield "aad", field_aad(given, given["kid"]).hex() == out["aad"]
    yield "info", frame(label("record-key"), given["owner"], given["model"], given["id"]).hex() == out["recordKeyInfo"]


def check_keys(case):
    given, out = case["in"], case["out"]
    key = bytes.fromhex(given["key"])
    commitment = commitment_of(key)
    yield "commitment", (commitment.hex(), kid_of(commitment)) == (out["commitment"], out["kid"])
    if "recordKey" in out:
        yield "record key", record_key(key, given).hex() == out["recordKey"]
    else:
        for name in ("wrapping", "manifest", "local"):
            yield name, hkdf(key, label(name + "-key"), given["account"]).hex() == out[name]


def password_keys(password, handle, kdf):
    salt = sha256(frame(label("password/salt"), handle, decode_url(kdf["salt"]))).digest()
    secret = unicodedata.normalize("NFKC", password).encode("utf-8")
    stretched = PBKDF2HMAC(hashes.SHA256(), 32, salt, kdf["iterations"]).derive(secret)
    return hkdf(stretched, label("password/auth"), handle), hkdf(stretched, label("password/unlock"), handle)


def recovery_bytes(code):
    characters = code.replace("-", "")
    number = 0
    for character in characters[:32]:
        number = number * 32 + CROCKFORD.index(character)
    secret = number.to_bytes(20, "big")
    check = int.from_bytes(sha256(frame(label("recovery/checksum"), secret)).digest()[:5], "big")
    digits = "".join(CROCKFORD[(check >> shift) & 31] for shift in range(35, -1, -5))
    assert digits[:4] == characters[32:], "checksum"
    return secret


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def open_slot(slot, slot_key, account):
    aad = frame(label("slot"), account, slot["id"], slot["kind"], canonical(slot.get("kdf")))
    return open_sealed(slot_key, decode_url(slot["wrapped"]), aad)


def check_credentials(case):
    given, out = case["in"], case["out"]
    if given["kind"] == "password":
        auth, slot_key = password_keys(given["password"], given["handle"], given["kdf"])
    else:
        secret = recovery_bytes(given["recoveryCode"])
        auth, slot_key = hkdf(secret, label("recovery/auth")), hkdf(secret, label("recovery/unlock"))
        locator = hkdf(secret, label("recovery/locate"), length=16)
        yield "locator", (secret.hex(), encode_url(locator)) == (out["bytes"], out["locator"])
    yield "secret", encode_url(auth) == out["secret"]
    yield "slot key", slot_key.hex() == out["slotKey"]
    yield "slot", open_slot(out["slot"], slot_key, given["account"]).hex() == given["accountKey"]


def check_envelopes(case):
    given, out = case["in"], case["out"]
    version, kid, body = out["envelope"].split(".")
    data_key = bytes.fromhex(given["dataKey"])
    yield "kid", version == "ls1" and kid == kid_of(commitment_of(data_key)) == out["kid"]
    key = record_key(data_key, given)
    padded = open_sealed(key, decode_url(body), field_aad(given, kid))
    yield "padded", (key.hex(), padded.hex()) == (out["recordKey"], out["padded"])
    value = unpad(padded)
    yield "length", len(padded) == padded_length(len(value) + 1, given["padding"])
    yield "value", same_value(given["type"], read_value(given["type"], value), out["value"])
    yield "canonical", f"ls1.{kid}.{encode_url(decode_url(body))}" == out["envelope"]


def check_digests(case):
    data = digest_input(case["in"]["entries"])
    yield "digest", (data.hex(), sha256(data).hexdigest()) == (case["out"]["input"], case["out"]["digest"])


def public_key(seed):
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key()


def raw(public):
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def writer_of(public):
    return sha256(frame(label("writer"), raw(public))).digest()[:16]


def read_manifest(text, account_key, public, signed):
    prefix, payload_text, *proofs = text.split(".")
    assert prefix == "ls1m" and len(proofs) == (2 if signed else 1)
    payload = decode_url(payload_text)
    owner, model, record, revision, previous, kid, writer, state, digest = unframe(payload)
    key = hkdf(account_key, label("manifest-key"), owner.decode())
    assert mac(key, frame(label("manifest-mac"), payload)) == decode_url(proofs[0]), "MAC"
    if signed:
        public.verify(decode_url(proofs[1]), frame(label("manifest-signature"), payload))
    assert writer == writer_of(public), "writer"
    assert encode_url(kid) == kid_of(commitment_of(account_key)), "kid"
    return {
        "owner": owner.decode(),
        "model": model.decode(),
        "id": record.decode(),
        "revision": int.from_bytes(revision, "big"),
        "previous": previous.hex(),
        "state": ["live", "tombstone"][state[0]],
        "digest": digest.hex(),
        "payload": payload.hex(),
        "hash": sha256(frame(label("manifest-hash"), payload)).hexdigest(),
    }


def check_manifests(case):
    given, out = case["in"], case["out"]
    manifest = read_manifest(out["text"], bytes.fromhex(given["accountKey"]), public_key(given["signingSeed"]), given["signed"])
    for name in ("owner", "model", "id", "revision", "previous", "state", "digest"):
        yield name, manifest[name] == given[name]
    yield "hash", (manifest["payload"], manifest["hash"]) == (out["payload"], out["hash"])


def leaves_of(spec, node, path=""):
    """Every leaf and empty container of a record, along its model: (path, field or None, value)."""
    if spec["kind"] == "field":
        yield path, spec, node
    elif spec["kind"] == "array":
        if not node:
            yield path, None, "[]"
        for index, item in enumerate(node):
            yield from leaves_of(spec["item"], item, f"{path}.{index}")
    else:
        if not node and path:
            yield path, None, "{}"
        for name, member in node.items():
            yield from leaves_of(spec["members"][name], member, f"{path}.{name}" if path else name)


def clear_text(kind, text, value):
    """The canonical JSON of a value that stays in clear, from what vectors write for it."""
    if kind == "number":
        return text
    if kind == "boolean":
        return text
    if kind == "json":
        return canonical(value)
    return json.dumps(value, ensure_ascii=False)


def check_records(case):
    given, out = case["in"], case["out"]
    sealed = json.loads(out["sealed"])
    model, state = given["model"], given["state"]
    account_key = bytes.fromhex(given["accountKey"])
    manifest = read_manifest(sealed.pop("$seal"), account_key, public_key(given["signingSeed"]), model["signed"])
    yield "id", sealed.pop("id") == manifest["id"] == given["id"] and manifest["model"] == model["name"]
    yield "hash", manifest["hash"] == out["hash"]
    opened = dict(out["opened"])
    opened.pop("id")
    expected = {path: value for path, _, value in leaves_of(model["root"], opened)}
    data_keys = {entry["kid"]: bytes.fromhex(entry["key"]) for entry in given["dataKeys"]}
    classes = {entry["kid"]: entry["classification"] for entry in state["keyring"]}
    entries = []
    for path, field, value in leaves_of(model["root"], sealed):
        if field is None:
            entries.append((path, "empty", value))
            yield path, expected[path] == value
        elif field["audience"] == "user":
            entries.append((path, "envelope", value))
            version, kid, body = value.split(".")
            place = {"owner": manifest["owner"], "model": model["name"], "id": given["id"], "path": path, "classification": field["classification"]}
            data = unpad(open_sealed(record_key(data_keys[kid], place), decode_url(body), field_aad(place, kid)))
            yield path, version == "ls1" and classes[kid] == field["classification"]
            yield path, same_value(field["type"], read_value(field["type"], data), expected[path])
        else:
            entries.append((path, "clear", clear_text(field["type"], expected[path], value)))
            yield path, field["type"] not in ("string", "date") or value == expected[path]
    yield "leaves", len(entries) == len(expected)
    yield "digest", sha256(digest_input(entries)).hexdigest() == manifest["digest"]


def check_account_states(case):
    given, out = case["in"], case["out"]
    prefix, payload_text, signature = out["text"].split(".")
    payload = decode_url(payload_text)
    state = json.loads(payload)
    account, account_key = state["account"], bytes.fromhex(given["accountKey"])
    yield "canonical", prefix == "ls1a" and canonical(state).encode("utf-8") == payload and payload.hex() == out["payload"]
    yield "hash", encode_url(sha256(frame(label("account-state-hash"), payload)).digest()) == out["hash"]
    signing, receiving = decode_url(state["identity"]["signing"]), decode_url(state["identity"]["receiving"])
    Ed25519PublicKey.from_public_bytes(signing).verify(decode_url(signature), frame(label("account-state-signature"), payload))
    commitment = commitment_of(account_key)
    yield "account key", state["accountKey"] == {"kid": kid_of(commitment), "commitment": encode_url(commitment)}
    for slot in state["slots"]:
        if slot["kind"] == "password":
            _, slot_key = password_keys(given["password"], given["handle"], slot["kdf"])
        else:
            slot_key = hkdf(recovery_bytes(given["recoveryCode"]), label("recovery/unlock"))
        yield slot["kind"], open_slot(slot, slot_key, account) == account_key
    wrapping = hkdf(account_key, label("wrapping-key"), account)
    for name, seed, curve, public in (
        ("signing", "signingSeed", "70", raw(public_key(given["signingSeed"]))),
        ("receiving", "receivingSeed", "6e", raw(X25519PrivateKey.from_private_bytes(bytes.fromhex(given["receivingSeed"])).public_key())),
    ):
        aad = frame(label(name + "-key"), account, signing, receiving)
        private = open_sealed(wrapping, decode_url(state["identity"]["wrapped" + name.capitalize()]), aad)
        yield name, private.hex() == f"302e020100300506032b65{curve}04220420{given[seed]}"
        yield name, public == decode_url(state["identity"][name])
    data_keys = {entry["kid"]: entry["key"] for entry in given["dataKeys"]}
    for entry in state["keyring"]:
        if entry["state"] == "destroyed":
            yield "destroyed", entry["wrapped"] is None
            continue
        aad = frame(label("data-key"), account, entry["classification"], struct.pack(">I", entry["version"]), entry["kid"])
        key = open_sealed(wrapping, decode_url(entry["wrapped"]), aad)
        yield "data key", key.hex() == data_keys[entry["kid"]] and encode_url(commitment_of(key)) == entry["commitment"]


CHECKS = {
    "values": check_values,
    "contexts": check_contexts,
    "keys": check_keys,
    "credentials": check_credentials,
    "envelopes": check_envelopes,
    "digests": check_digests,
    "manifests": check_manifests,
    "records": check_records,
    "account-states": check_account_states,
}


def check_file(path):
    document = json.loads(path.read_text("utf-8"))
    checked, problems = 0, []
    for case in document["cases"]:
        try:
            for name, is_right in CHECKS[path.stem](case):
                checked += 1
                if not is_right:
                    problems.append(f"{case['id']}: {name}")
        except (InvalidTag, InvalidSignature, AssertionError, KeyError, ValueError, struct.error) as error:
            problems.append(f"{case['id']}: {type(error).__name__} {error}")
    return {"cases": len(document["cases"]), "checked": checked, "problems": problems}


print(json.dumps({path.stem: check_file(path) for path in sorted(Path(sys.argv[1]).glob("*.json"))}))
