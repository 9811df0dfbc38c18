"""The sound of a Latchkey camera, and what its screen shows: a child process, as the engine for pictures is one.

Microphone, speaker and screen are parts that are switched on and off one by one; a device is open only while its part is
on. Frames arrive on standard input and leave on descriptor 3; docs/sound.md has the format. It ends when standard input
closes, so it never outlives its parent.
"""

import argparse
import os
import struct
import sys
import threading
import time

MESSAGES_FD = 3
HEADER_BYTES = 5
# Far more than an RTP packet; whoever sends more is not our parent.
MAX_FRAME_BYTES = 64 * 1024
RATE = 48000
# Speech that is understood, music that is recognised; with what mends a loss of one packet in twenty.
OPUS_BITRATE = 32000
EXPECTED_LOSS_PERCENT = 5
FRAME_MS = 20
# What is heard at a packet's first sample was captured so much earlier: Opus looks ahead (RFC 7845 section 4.2).
LOOK_AHEAD_NS = 6_500_000
# A device's periods and the whole of its buffer, in microseconds: short enough for talking to each other.
PERIOD_US = 10_000
BUFFER_US = 40_000
RTP_HEADER_BYTES = 12
PAYLOAD_TYPE = 96
# How long a packet of the phone's may be late: Wi-Fi, mostly.
SPEAKER_JITTER_MS = 60
SCREEN_JITTER_MS = 100
# With a packet of at most so many bytes the encoder says that there is nothing to hear.
SILENCE_BYTES = 2
BEEP_MS = 100
TONE_HZ = 880
# A picture that has stood still for so long needs help.
STANDSTILL_MS = 1000
# Pixels along an edge of a phone's picture: far more than is asked of it, and what a decoder has the memory for.
MAX_EDGE_PX = 1920
DECODERS = ("avdec_h264", "openh264dec", "v4l2h264dec")
QUIT_GRACE_S = 1.0

write_lock = threading.Lock()


def send(kind, payload=b""):
    data = kind + struct.pack(">I", len(payload)) + payload
    with write_lock:
        try:
            while data:
                data = data[os.write(MESSAGES_FD, data) :]
        except OSError:  # The parent is gone.
            os._exit(0)


def fault(part, code, message):
    send(b"F", ("%s\n%s\n%s" % (part, code, message)).encode()[:2048])


try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstApp", "1.0")
    from gi.repository import GLib, Gst, GstApp  # noqa: F401  GstApp gives appsrc and appsink their methods.
except (ImportError, ValueError) as error:
    fault("engine", "missing_program", str(error))
    sys.exit(1)


class PartError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def has(element):
    return Gst.ElementFactory.find(element) is not None


def opens(element):
    """Whether a device would open, as far as an element's READY state tells."""
    if not has(element):
        return False
    probe = Gst.ElementFactory.make(element)
    is_open = probe.set_state(Gst.State.READY) == Gst.StateChangeReturn.SUCCESS
    probe.set_state(Gst.State.NULL)
    return is_open


def split(setting):
    scheme, _, device = setting.partition(":")
    return scheme, device


class Part:
    """One pipeline, built anew each time that it is switched on. All share a clock and its zero, as echo cancellation needs."""

    def __init__(self, name, setting, engine):
        self.name = name
        self.scheme, self.device = split(setting)
        self.engine = engine
        self.pipeline = None

    @property
    def is_on(self):
        return self.pipeline is not None

    def start(self):
        if self.is_on:
            return
        try:
            self.pipeline = self.build()
            self.pipeline.use_clock(self.engine.clock)
            self.pipeline.set_start_time(Gst.CLOCK_TIME_NONE)
            self.pipeline.set_base_time(self.engine.base_time)
            bus = self.pipeline.get_bus()
            bus.add_signal_watch()
            bus.connect("message::error", self.on_error)
            self.connect()
            if self.pipeline.set_state(Gst.State.PLAYING) == Gst.StateChangeReturn.FAILURE:
                message = bus.timed_pop_filtered(0, Gst.MessageType.ERROR)
                raise PartError("failed_to_start", message.parse_error()[0].message if message else "cannot be opened")
            send(b"R", self.name.encode())
        except PartError as error:
            self.stop()
            fault(self.name, error.code, str(error))

    def stop(self):
        pipeline, self.pipeline = self.pipeline, None
        if pipeline is not None:
            pipeline.get_bus().remove_signal_watch()
            pipeline.set_state(Gst.State.NULL)

    def on_error(self, _bus, message):
        if not self.is_on:
            return
        error, details = message.parse_error()
        print(details, file=sys.stderr)
        self.stop()
        fault(self.name, "died", error.message)
        self.engine.adjust()

    def launch(self, description, device_property="device"):
        for element in description.split("!"):
            name = element.split()[0]
            if not name.startswith(("audio/", "video/", "application/")) and not has(name):
                raise PartError("missing_program", "GStreamer has no %s." % name)
        try:
            pipeline = Gst.parse_launch(description)
        except GLib.Error as error:
            raise PartError("failed_to_start", error.message) from error
        end = pipeline.get_by_name("device")
        # Set, and not written into the description: a name of a device is nothing to be parsed.
        if end is not None and self.device:
            end.set_property(device_property, self.device)
        return pipeline

    def connect(self):
        pass


class Microphone(Part):
    is_cancelling = False

    def build(self):
        self.is_cancelling = self.engine.can_cancel()
        cancel = (
            "webrtcdsp name=dsp probe=echo echo-cancel=true noise-suppression=true gain-control=false ! "
            if self.is_cancelling
            else ""
        )
        return self.launch(
            self.source()
            + " ! queue leaky=downstream max-size-time=100000000 max-size-buffers=0 max-size-bytes=0"
            + " ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,layout=interleaved,rate=%d,channels=1 ! " % RATE
            + cancel
            + "opusenc name=encoder audio-type=voice bandwidth=fullband bitrate=%d frame-size=%d" % (OPUS_BITRATE, FRAME_MS)
            + " dtx=true inband-fec=true packet-loss-percentage=%d complexity=5" % EXPECTED_LOSS_PERCENT
            + " ! appsink name=out sync=false emit-signals=true max-buffers=50 drop=true"
        )

    def source(self):
        timing = "provide-clock=false buffer-time=%d latency-time=%d" % (BUFFER_US, PERIOD_US)
        scheme = self.scheme
        if scheme == "auto":
            scheme = "pulse" if opens("pulsesrc") else "alsa"
        if scheme == "tone":
            return "audiotestsrc is-live=true wave=sine freq=%d volume=0.3 samplesperbuffer=480" % TONE_HZ
        if scheme == "beep":
            return (
                "appsrc name=beeper is-live=true format=time"
                " caps=audio/x-raw,format=S16LE,layout=interleaved,rate=%d,channels=1" % RATE
            )
        return "%s name=device %s" % ({"alsa": "alsasrc", "pulse": "pulsesrc"}[scheme], timing)

    def connect(self):
        self.pipeline.get_by_name("out").connect("new-sample", self.on_encoded)
        beeper = self.pipeline.get_by_name("beeper")
        if beeper is not None:
            threading.Thread(target=self.beep, args=(beeper,), daemon=True).start()

    def on_encoded(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        packet = sample.get_buffer()
        opus = packet.extract_dup(0, packet.get_size())
        if len(opus) > SILENCE_BYTES:
            age_ns = self.engine.clock.get_time() - self.engine.base_time - packet.pts
            captured_us = (time.time_ns() - age_ns - LOOK_AHEAD_NS) // 1000
            send(b"A", struct.pack(">QQ", captured_us, round(packet.pts * RATE / Gst.SECOND)) + opus)
        return Gst.FlowReturn.OK

    def beep(self, source):
        """At each full second by the machine's clock, to measure delays by; delivered as late as a device would."""
        samples = RATE * PERIOD_US // 1_000_000
        second = beep_second() * 2
        start_ns = self.engine.clock.get_time() - self.engine.base_time
        count = 0
        while self.is_on and source.get_parent() is self.pipeline:
            pts = start_ns + count * PERIOD_US * 1000
            now = self.engine.clock.get_time() - self.engine.base_time
            wait_ns = pts + PERIOD_US * 1000 - now
            if wait_ns > 0:
                time.sleep(wait_ns / 1e9)
            at = (time.time_ns() - (self.engine.clock.get_time() - self.engine.base_time - pts)) % 1_000_000_000
            offset = at * RATE // 1_000_000_000 * 2
            buffer = Gst.Buffer.new_wrapped(second[offset : offset + samples * 2])
            buffer.pts, buffer.duration = pts, PERIOD_US * 1000
            if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return
            count += 1


class Receiver(Part):
    """A part that plays what a phone sends; its packets come as they are."""

    caps = ""
    source = None

    def rtp(self, jitter_ms):
        return (
            "appsrc name=rtp is-live=true format=time do-timestamp=true max-bytes=200000 leaky-type=downstream"
            " caps=application/x-rtp,%s ! rtpjitterbuffer latency=%d do-lost=true drop-on-latency=true"
            % (self.caps, jitter_ms)
        )

    def connect(self):
        self.source = self.pipeline.get_by_name("rtp")

    def receive(self, packet):
        # Before it plays nothing can be told of when a packet came, and the first ones set the time for all others.
        source = self.source
        is_ready = self.is_on and source is not None and source.current_state == Gst.State.PLAYING
        if is_ready and len(packet) > RTP_HEADER_BYTES:
            # Whichever number the two have agreed upon, here it has ours.
            numbered = packet[:1] + bytes([packet[1] & 0x80 | PAYLOAD_TYPE]) + packet[2:]
            source.emit("push-buffer", Gst.Buffer.new_wrapped(numbered))


class Speaker(Receiver):
    caps = "media=audio,encoding-name=OPUS,clock-rate=48000,payload=%d" % PAYLOAD_TYPE

    def build(self):
        probe = "webrtcechoprobe name=echo ! " if has("webrtcechoprobe") and self.engine.wants_cancelling else ""
        return self.launch(
            self.rtp(SPEAKER_JITTER_MS)
            # With FEC opusdec is a quarter of a second late: too much to talk to each other.
            + " ! rtpopusdepay ! opusdec plc=true use-inband-fec=false ! audioconvert ! audioresample"
            + " ! audio/x-raw,format=S16LE,layout=interleaved,rate=%d,channels=1 ! " % RATE
            + probe
            + self.sink(),
            "location" if self.scheme == "file" else "device",
        )

    def sink(self):
        if self.scheme == "file":
            return "filesink name=device buffer-mode=unbuffered sync=true async=false"
        scheme = self.scheme
        if scheme == "auto":
            scheme = "pulse" if opens("pulsesink") else "alsa"
        timing = "provide-clock=false buffer-time=%d latency-time=%d" % (BUFFER_US, PERIOD_US)
        return "%s name=device %s" % ({"alsa": "alsasink", "pulse": "pulsesink"}[scheme], timing)


class Screen(Receiver):
    pictures = packets = 0
    caps = "media=video,encoding-name=H264,clock-rate=90000,payload=%d" % PAYLOAD_TYPE

    def build(self):
        decoder = next((name for name in DECODERS if has(name)), None)
        if decoder is None:
            raise PartError("missing_program", "GStreamer has no decoder for H.264.")
        return self.launch(
            self.rtp(SCREEN_JITTER_MS)
            + " ! rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse"
            + " ! video/x-h264,width=[1,%d],height=[1,%d] ! %s name=decoder" % (MAX_EDGE_PX, MAX_EDGE_PX, decoder)
            + " ! videoconvert ! videoscale ! %s" % self.sink(),
            "location" if self.scheme == "file" else "driver-name",
        )

    def sink(self):
        if self.scheme == "file":
            return "filesink name=device buffer-mode=unbuffered sync=false async=false"
        has_desktop = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        if self.scheme == "kms" or (self.scheme == "auto" and not has_desktop):
            return "kmssink name=device sync=false"
        return "autovideosink sync=false"

    def connect(self):
        super().connect()
        self.pictures = self.packets = 0
        self.source.get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, self.on_upstream)
        self.pipeline.get_by_name("decoder").get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self.on_picture)
        GLib.timeout_add(STANDSTILL_MS, self.look, self.pipeline)
        # What was sent while the screen was being opened is lost.
        send(b"K")

    def receive(self, packet):
        super().receive(packet)
        self.packets += 1

    def on_picture(self, _pad, _info):
        self.pictures += 1
        return Gst.PadProbeReturn.OK

    def look(self, pipeline):
        """Asks again where packets come and no picture comes of them: the request may be lost, or what answered it."""
        if self.pipeline is not pipeline:
            return False
        if self.pictures == 0 and self.packets > 0:
            send(b"K")
        self.pictures = self.packets = 0
        return True

    def on_upstream(self, _pad, info):
        structure = info.get_event().get_structure()
        if structure is not None and structure.get_name() == "GstForceKeyUnit":
            send(b"K")
        return Gst.PadProbeReturn.OK


class Engine:
    def __init__(self, settings):
        self.clock = Gst.SystemClock.obtain()
        self.base_time = self.clock.get_time()
        self.wants_cancelling = settings.echo_cancel
        self.microphone = Microphone("microphone", settings.microphone, self)
        self.speaker = Speaker("speaker", settings.speaker, self)
        self.screen = Screen("screen", settings.screen, self)
        self.parts = {part.name: part for part in (self.microphone, self.speaker, self.screen)}
        self.loop = GLib.MainLoop()

    def can_cancel(self):
        """Only while something is played: at all other times the room is to be heard as it is."""
        return self.wants_cancelling and self.speaker.is_on and has("webrtcdsp") and has("webrtcechoprobe")

    def adjust(self):
        """Has the microphone know of a speaker that has come or gone; that costs a moment of sound."""
        if self.microphone.is_on and self.microphone.is_cancelling != self.can_cancel():
            self.microphone.stop()
            self.microphone.start()

    def switch(self, name, is_on):
        part = self.parts[name]
        if is_on:
            part.start()
        elif part is self.speaker and self.microphone.is_on and self.microphone.is_cancelling:
            # Whoever listens to the probe goes first.
            self.microphone.stop()
            part.stop()
            self.microphone.start()
        else:
            part.stop()
        self.adjust()
        return False

    def handle(self, kind, payload):
        if kind == b"S":
            self.speaker.receive(payload)
        elif kind == b"V":
            self.screen.receive(payload)
        elif kind == b"C":
            words = payload.decode().split()
            if len(words) == 2 and words[0] in self.parts:
                GLib.idle_add(self.switch, words[0], words[1] == "on")

    def read(self):
        """On a thread of its own: the main loop opens devices, which may take a while."""
        stdin = sys.stdin.buffer
        while len(header := stdin.read(HEADER_BYTES)) == HEADER_BYTES:
            (length,) = struct.unpack(">I", header[1:])
            if length > MAX_FRAME_BYTES:
                break
            self.handle(header[:1], stdin.read(length))
        GLib.idle_add(self.loop.quit)
        # A device that hangs must not keep the process.
        time.sleep(QUIT_GRACE_S)
        os._exit(0)

    def run(self):
        threading.Thread(target=self.read, daemon=True).start()
        self.loop.run()
        for part in self.parts.values():
            part.stop()

    def check(self):
        """Opens each device for a moment and says how that went."""
        for part in self.parts.values():
            if part.scheme != "off":
                part.start()
                part.stop()


def beep_second():
    """One second of sound: a kilohertz for a moment, then nothing."""
    import math

    tone = range(RATE * BEEP_MS // 1000)
    samples = [round(12000 * math.sin(2 * math.pi * 1000 * index / RATE)) for index in tone]
    return struct.pack("<%dh" % len(samples), *samples) + bytes(2 * (RATE - len(samples)))


def be_first_to_go():
    """What runs here was sent by phones: where it takes all memory, this program is to end, and not the camera."""
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("500")
    except OSError:
        pass  # Not on Linux.


def main():
    parser = argparse.ArgumentParser()
    for name in ("microphone", "speaker", "screen"):
        parser.add_argument("--" + name, default="off")
    parser.add_argument("--echo-cancel", action="store_true")
    parser.add_argument("--check", action="store_true", help="open each device for a moment, and say how that went")
    be_first_to_go()
    Gst.init(None)
    settings = parser.parse_args()
    engine = Engine(settings)
    if settings.check:
        engine.check()
    else:
        engine.run()


main()
