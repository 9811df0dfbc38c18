"""What the engine says on descriptor 3; docs/capture.md has the format."""

import json
import os
import struct
import threading
import time

MESSAGES_FD = 3
MAX_FAULT_BYTES = 2048

write_lock = threading.Lock()


def send(kind, payload=b""):
    data = kind + struct.pack(">I", len(payload)) + payload
    with write_lock:
        try:
            while data:
                data = data[os.write(MESSAGES_FD, data) :]
        except OSError:  # The parent is gone.
            os._exit(0)


def send_picture(kind, milliseconds, picture):
    send(kind, struct.pack(">Q", milliseconds) + picture)


def send_snapshot(width, height, jpeg):
    send(b"S", struct.pack(">II", width, height) + jpeg)


def send_json(kind, value):
    send(kind, json.dumps(value).encode())


def complain(message):
    """Something that was asked for could not be done; the pictures go on."""
    send(b"W", message.encode()[:MAX_FAULT_BYTES])


def fail(code, message):
    send(b"F", ("%s\n%s" % (code, message)).encode()[:MAX_FAULT_BYTES])
    os._exit(1)


def now_ms():
    return int(time.time() * 1000)
