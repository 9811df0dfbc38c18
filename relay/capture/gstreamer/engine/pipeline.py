"""The pipeline that a plan describes, and what can be changed while it runs."""

import sys
import threading
import time

from bridge import Bridge
from changes import Changes
from encoder import Encoder
from gst import GLib, Gst, has_element, require
from passthrough import Passthrough
from wire import fail, send_json, send_snapshot

QUIT_GRACE_S = 1.0


class Pipeline:
    def __init__(self, plan):
        self.plan = plan
        self.playing = False
        self.skip_until = 0.0
        self.wants_snapshot = False
        self.encoder = self.low_encoder = None
        # What was asked for last, for encoders that come later; the rest is in the plan.
        self.low = None
        self.loop = GLib.MainLoop()
        require(plan["requires"])
        self.encoding = self.choose_encoding()
        self.pipeline = self.parse(self.describe())
        for name, properties in plan["properties"].items():
            for key, value in properties.items():
                self.pipeline.get_by_name(name).set_property(key, value)
        self.connect()

    def choose_encoding(self):
        """The first that everything is there for."""
        if self.plan["delivers"] == "h264":
            return None
        for encoding in self.plan["encodings"]:
            if all(has_element(name) for name in encoding["requires"]):
                return encoding
        # Whether one is needed shows when a camera in the network has begun to send.
        return None if self.plan["delivers"] == "unknown" else self.fail_without_encoder()

    def fail_without_encoder(self):
        fail("missing_program", "GStreamer has no encoder for H.264.")

    def describe(self):
        source, delivers = self.plan["source"], self.plan["delivers"]
        if delivers == "raw":
            return source + " ! " + self.encoding["text"]
        return source + " ! " + self.plan["copy"] if delivers == "h264" else source

    def parse(self, text):
        try:
            return Gst.parse_launch(text)
        except GLib.Error as error:
            fail("failed_to_start", error.message)

    # What it is made of.

    def connect(self):
        delivers = self.plan["delivers"]
        if delivers == "raw":
            self.connect_encoding()
        elif delivers == "h264":
            Passthrough(self.find("out"), self.on_picture)
        else:
            self.find("found").connect("pad-added", self.on_found)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

    def find(self, name):
        return self.pipeline.get_by_name(name)

    def connect_encoding(self):
        kind, controls = self.encoding["kind"], self.encoding["controls"]
        self.encoder = Encoder(self.find("encoder"), kind, b"P", self.on_picture, controls)
        self.low_encoder = Encoder(self.find("low-encoder"), kind, b"L", lambda: None, controls)
        has_strip = self.find("strip-in") is not None
        self.encoder.element.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.on_skippable)
        self.encoder.attach(self.find("out"), is_timed=has_strip)
        self.low_encoder.attach(self.find("low-out"), is_timed=False)
        if has_strip:
            Bridge(self.pipeline, "strip", has_strip=True, on_picture=self.encoder.remember)
        # The valves of the other ends let no end pass, so the pipeline never hears of it by itself.
        self.find("out").connect("eos", lambda _sink: self.on_end())
        if self.find("loop-in"):
            Bridge(self.pipeline, "loop", on_end=lambda: GLib.idle_add(self.rewind))
        snapshot = self.find("snapshot-out")
        snapshot.set_property("emit-signals", True)
        snapshot.connect("new-sample", self.on_snapshot)
        self.changes = Changes(self.find("turn").get_static_pad("sink"))
        self.low_changes = Changes(self.find("low-queue").get_static_pad("src"))
        self.turn_to(self.plan["direction"])
        self.expose(self.plan["exposure"])
        self.set_size("size", *self.plan["format"])
        self.encoder.set_bitrate(self.plan["bitrate"])
        if self.low:
            self.set_low(*self.low)

    def on_found(self, _source, pad):
        """What a network camera sends is known when it has begun to send it."""
        name = (pad.get_current_caps() or pad.query_caps(None)).get_structure(0).get_name()
        if not name.startswith(("video/", "image/")) or self.find("out"):
            return
        is_copy = name == "video/x-h264"
        if not is_copy and not self.encoding:
            self.fail_without_encoder()
        decode = "jpegdec ! " if name == "image/jpeg" else "decodebin ! "
        text = self.plan["copy"] if is_copy else decode + self.encoding["text"]
        try:
            end = Gst.parse_bin_from_description(text, True)
        except GLib.Error as error:
            fail("failed_to_start", error.message)
        self.pipeline.add(end)
        if is_copy:
            Passthrough(self.find("out"), self.on_picture)
        else:
            self.connect_encoding()
        end.sync_state_with_parent()
        if pad.link(end.get_static_pad("sink")) != Gst.PadLinkReturn.OK:
            fail("bad_settings", "It sends %s, which cannot be used." % name)

    # Commands.

    def set_bitrate(self, bits_per_second):
        self.plan["bitrate"] = bits_per_second
        if self.encoder:
            self.encoder.set_bitrate(bits_per_second)

    def set_low(self, bits_per_second, width, height, fps):
        self.low = (bits_per_second, width, height, fps)
        if not self.low_encoder:
            return
        self.low_encoder.set_bitrate(bits_per_second)
        valve = self.find("low-valve")
        self.low_changes.make(lambda: self.set_size("low-size", width, height, fps))
        if valve.get_property("drop"):
            self.low_encoder.request_keyframe()
            valve.set_property("drop", False)

    def end_low(self):
        self.low = None
        if self.low_encoder:
            self.find("low-valve").set_property("drop", True)

    def request_keyframe(self, rendition):
        encoder = self.low_encoder if rendition == "low" else self.encoder
        if encoder:
            encoder.request_keyframe()

    def set_format(self, width, height, fps):
        self.plan["format"] = (width, height, fps)
        if self.encoder:
            self.changes.make(lambda: self.set_size("size", width, height, fps))

    def set_size(self, name, width, height, fps):
        caps = "video/x-raw,format=%s,width=%d,height=%d,framerate=%d/1,pixel-aspect-ratio=1/1,colorimetry=bt709"
        self.find(name).set_property("caps", Gst.Caps.from_string(caps % (self.encoding["pixels"], width, height, fps)))

    def turn(self, direction):
        self.plan["direction"] = direction
        if self.encoder:
            self.changes.make(lambda: self.turn_to(direction))

    def turn_to(self, direction):
        Gst.util_set_object_arg(self.find("turn"), "video-direction", direction)

    def expose(self, steps):
        if self.can_expose():
            self.find("source").set_property("exposure-value", steps)

    def can_expose(self):
        source = self.find("source")
        return source is not None and source.find_property("exposure-value") is not None

    def skip(self, milliseconds):
        self.skip_until = time.monotonic() + milliseconds / 1000

    def take_snapshot(self):
        if self.encoder:
            self.wants_snapshot = True
            self.find("snapshot-valve").set_property("drop", False)

    # Pictures.

    def on_skippable(self, _pad, _info):
        """Left out before the encoder: what it has made must not be missing."""
        return Gst.PadProbeReturn.DROP if time.monotonic() < self.skip_until else Gst.PadProbeReturn.OK

    def on_picture(self):
        if self.playing:
            return
        self.playing = True
        encoder = self.encoder.kind if self.encoder else "none"
        send_json(b"R", {"encoder": encoder, "canExpose": self.can_expose()})

    def on_snapshot(self, sink):
        sample = sink.emit("pull-sample")
        self.find("snapshot-valve").set_property("drop", True)
        if sample is None or not self.wants_snapshot:
            return Gst.FlowReturn.OK
        self.wants_snapshot = False
        shape, picture = sample.get_caps().get_structure(0), sample.get_buffer()
        jpeg = picture.extract_dup(0, picture.get_size())
        send_snapshot(shape.get_value("width"), shape.get_value("height"), jpeg)
        return Gst.FlowReturn.OK

    # Life.

    def on_message(self, _bus, message):
        if message.type == Gst.MessageType.ERROR:
            error, details = message.parse_error()
            print(details, file=sys.stderr)
            fail(self.fault_code(error, details or ""), error.message)
        elif message.type == Gst.MessageType.EOS:
            self.on_end()

    def on_end(self):
        fail("died" if self.playing else "failed_to_start", "The pictures have ended.")

    def fault_code(self, error, details):
        for code, domain, numbers in FAULTS:
            if error.domain == domain and error.code in numbers:
                return code
        if "not-negotiated" in details and not self.playing:
            return "bad_settings"
        return "died" if self.playing else "failed_to_start"

    def rewind(self):
        seek = Gst.Event.new_seek(1.0, Gst.Format.TIME, Gst.SeekFlags.FLUSH, Gst.SeekType.SET, 0, Gst.SeekType.NONE, -1)
        if not self.find("loop-in").get_static_pad("sink").get_peer().send_event(seek):
            # Some recordings have no index to seek by: open them again.
            self.pipeline.set_state(Gst.State.READY)
            self.pipeline.set_state(Gst.State.PLAYING)

    def run(self, read_commands):
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=read_commands, args=(self,), daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)


def domain_of(error_class):
    return GLib.quark_to_string(error_class.quark())


RESOURCE, CORE, STREAM = domain_of(Gst.ResourceError), domain_of(Gst.CoreError), domain_of(Gst.StreamError)

# Fault codes of docs/capture.md by GStreamer's errors.
FAULTS = [
    ("missing_program", CORE, [int(Gst.CoreError.MISSING_PLUGIN)]),
    ("missing_program", STREAM, [int(Gst.StreamError.CODEC_NOT_FOUND)]),
    ("busy", RESOURCE, [int(Gst.ResourceError.BUSY)]),
    ("refused", RESOURCE, [int(Gst.ResourceError.NOT_AUTHORIZED)]),
    ("gone", RESOURCE, [int(Gst.ResourceError.NOT_FOUND), int(Gst.ResourceError.READ)]),
    ("unreachable", RESOURCE, [int(Gst.ResourceError.OPEN_READ), int(Gst.ResourceError.OPEN_READ_WRITE)]),
]
