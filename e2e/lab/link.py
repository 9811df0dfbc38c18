"""A link between two network namespaces that is slow, late, lossy or down, as it is told: a TUN device at either end, and
this process between them.

    link.py NAMESPACE_A DEVICE_A NAMESPACE_B DEVICE_B

Commands arrive as lines of JSON on standard input, and each is answered by a line on standard output:

    {"aToB": {...}, "bToA": {...}}    settings that change, from this moment on; answered {}
    {"report": true}                      what happened since the last report

It ends when standard input closes, so it never outlives its parent, and its devices go with it.
"""

import ctypes
import fcntl
import gc
import json
import os
import random
import select
import struct
import sys
import time
from collections import deque

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
MAX_PACKET_BYTES = 65_535
# One direction shall not starve the other, nor the commands.
MAX_READS = 64
# Above the work of browsers and encoders, so that a packet leaves when it should; the process sleeps otherwise.
REALTIME_PRIORITY = 20
NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
IDLE_S = 3600

DEFAULTS = {
    "isUp": True,  # False: nothing passes, and what is on its way is lost.
    "rateBps": 0,  # 0: without limit.
    "delayMs": 0,
    "jitterMs": 0,  # Uniform, on top of the delay; packets keep their order.
    "loss": 0,  # Share of packets, 0 to 1, each by itself.
    "queueMs": 300,  # What waits for the link, at its rate; the rest is dropped.
}


class Direction:
    """One way through the link: packets wait their turn, are sent at the rate, and arrive after the delay."""

    def __init__(self, write):
        self.write = write
        self.settings = dict(DEFAULTS)
        self.waiting = deque()
        self.waiting_bits = 0
        # Of the packet that is being sent: bits that are left at `sent_until`.
        self.bits_left = 0
        self.sent_until = 0
        # Sent, and not yet there: (due, packet), in order.
        self.travelling = deque()
        self.last_due = 0
        self.forget()

    def forget(self):
        self.counts = {"packets": 0, "bytes": 0, "lost": 0, "dropped": 0}
        self.late_ns = []

    def change(self, settings, now):
        unknown = set(settings) - set(DEFAULTS)
        if unknown:
            raise ValueError("unknown settings: %s" % ", ".join(sorted(unknown)))
        self.send(now)
        self.settings.update(settings)
        if not self.settings["isUp"]:
            self.waiting.clear()
            self.waiting_bits = 0
            self.travelling.clear()
        self.send(now)

    def take(self, packet, now):
        settings = self.settings
        if not settings["isUp"] or random.random() < settings["loss"]:
            self.counts["lost"] += 1
            return
        bits = len(packet) * 8
        self.send(now)
        limit = settings["rateBps"] * settings["queueMs"] / 1000
        if settings["rateBps"] and self.waiting and self.waiting_bits + bits > limit:
            self.counts["dropped"] += 1
            return
        if not self.waiting:
            self.bits_left = bits
            self.sent_until = now
        self.waiting.append(packet)
        self.waiting_bits += bits
        self.send(now)

    def send(self, now):
        """Has what the rate allows until `now` leave the queue."""
        rate = self.settings["rateBps"]
        while self.waiting:
            needed_ns = self.bits_left * NS_PER_S / rate if rate else 0
            done = self.sent_until + needed_ns
            if done > now:
                self.bits_left -= (now - self.sent_until) * rate / NS_PER_S
                self.sent_until = now
                return
            packet = self.waiting.popleft()
            self.waiting_bits -= len(packet) * 8
            self.depart(packet, done)
            self.sent_until = done
            if self.waiting:
                self.bits_left = len(self.waiting[0]) * 8

    def depart(self, packet, sent):
        delayMs = self.settings["delayMs"] + random.random() * self.settings["jitterMs"]
        self.last_due = max(self.last_due, sent + delayMs * NS_PER_MS)
        self.travelling.append((self.last_due, packet))

    def deliver(self, now):
        """Hands over what is due; the moment to look again, or None."""
        self.send(now)
        while self.travelling and self.travelling[0][0] <= now:
            due, packet = self.travelling.popleft()
            self.write(packet)
            self.counts["packets"] += 1
            self.counts["bytes"] += len(packet)
            self.late_ns.append(time.monotonic_ns() - due)
        moments = [self.travelling[0][0]] if self.travelling else []
        if self.waiting:
            moments.append(self.sent_until + self.bits_left * NS_PER_S / self.settings["rateBps"])
        return min(moments, default=None)

    def report(self):
        """Counts, and by how much packets left too late, in ms."""
        late = sorted(self.late_ns)
        rank = lambda share: late[int(share * (len(late) - 1))] / NS_PER_MS if late else 0
        result = {**self.counts, "lateMs": {"p50": rank(0.5), "p99": rank(0.99), "max": rank(1)}}
        self.forget()
        return result


class Link:
    def __init__(self, near, far):
        self.ends = (near, far)
        self.ways = {"aToB": Direction(writer(far)), "bToA": Direction(writer(near))}
        self.entrances = {near: self.ways["aToB"], far: self.ways["bToA"]}
        self.typed = b""

    def run(self):
        watched = [sys.stdin.fileno(), *self.ends]
        while True:
            now = time.monotonic_ns()
            moments = [way.deliver(now) for way in self.ways.values()]
            due = min((moment for moment in moments if moment is not None), default=None)
            wait = IDLE_S if due is None else max(0, due - time.monotonic_ns()) / NS_PER_S
            # Of all that Python can wait with, select alone counts in microseconds.
            ready, _, _ = select.select(watched, [], [], wait)
            for descriptor in ready:
                if descriptor in self.entrances:
                    self.read(descriptor)
                elif not self.listen(descriptor):
                    return

    def read(self, descriptor):
        way = self.entrances[descriptor]
        for _ in range(MAX_READS):
            try:
                packet = os.read(descriptor, MAX_PACKET_BYTES)
            except (BlockingIOError, OSError):  # Nothing more, or the device is set down.
                return
            way.take(packet, time.monotonic_ns())

    def listen(self, descriptor):
        """Answers commands; False when there will be no more."""
        typed = os.read(descriptor, MAX_PACKET_BYTES)
        *lines, self.typed = (self.typed + typed).split(b"\n")
        for line in lines:
            command = json.loads(line)
            if command.pop("report", False):
                answer = {name: way.report() for name, way in self.ways.items()}
            else:
                now = time.monotonic_ns()
                for name, settings in command.items():
                    self.ways[name].change(settings, now)
                answer = {}
            print(json.dumps(answer), flush=True)
        return typed != b""


def writer(descriptor):
    def write(packet):
        try:
            os.write(descriptor, packet)
        except OSError:  # The device is set down, or its queue is full: the packet is lost, as on any link.
            pass

    return write


def open_tun(namespace, name):
    """Makes a device in a namespace, which lasts as long as its descriptor."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/run/netns/" + namespace) as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns " + namespace)
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


def main():
    namespace_a, device_a, namespace_b, device_b = sys.argv[1:]
    link = Link(open_tun(namespace_a, device_a), open_tun(namespace_b, device_b))
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(REALTIME_PRIORITY))
    # Nothing here refers to itself, and a collection takes milliseconds.
    gc.disable()
    print("{}", flush=True)
    link.run()


if __name__ == "__main__":
    main()
