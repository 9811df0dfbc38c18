"""The GStreamer engine of a Latchkey camera: a child process, so that encoders under other licences stay out of ours.

Commands arrive as lines on standard input (bitrate, keyframe, format, skip, quit); messages leave on descriptor 3;
docs/capture.md has the format. It ends when standard input closes, so it never outlives its parent.
"""

import argparse
import os
import struct
import sys
import threading
import time

MESSAGES_FD = 3
# Clock strip: cells of one macroblock, as in shared/clock-strip.ts.
CELL = 16
CELLS = 40
CRC_START = 0xA5
CRC_POLYNOMIAL = 0x07
BLACK, WHITE, GREY = 16, 235, 128
# Long: viewers ask for a keyframe when they need one.
KEYFRAME_INTERVAL_S = 60
# x264's rate control may borrow this much; more would show as delay.
RATE_BUFFER_MS = 300
# Capture times of pictures that are still in the encoder.
MAX_TIMES = 64
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


def fail(code, message):
    send(b"F", ("%s\n%s" % (code, message)).encode()[:2048])
    os._exit(1)


try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstApp", "1.0")
    from gi.repository import GLib, Gst, GstApp  # noqa: F401  GstApp gives appsrc and appsink their methods.
except (ImportError, ValueError) as error:
    fail("missing_program", str(error))


class Engine:
    def __init__(self, settings):
        self.settings = settings
        self.format = (settings.width, settings.height, settings.fps)
        self.times = {}
        self.epoch_ns = time.monotonic_ns()
        self.playing = False
        self.skip_until = 0.0
        self.loop = GLib.MainLoop()
        self.pipeline = self.build()
        self.size_filter = self.pipeline.get_by_name("size")
        self.encoder = self.pipeline.get_by_name("encoder")
        self.set_format(*self.format)
        self.set_bitrate(settings.bitrate)
        self.connect()

    def build(self):
        for name in ["x264enc", "videoconvert", "videoscale", "videorate", "appsink", *self.source_elements()]:
            if Gst.ElementFactory.find(name) is None:
                fail("missing_program", "GStreamer has no %s." % name)
        bridge = "appsink name=raw sync=false max-buffers=2 drop=true appsrc name=marked format=time is-live=true ! "
        description = (
            self.source()
            + " ! videoconvert ! videoscale ! videorate ! capsfilter name=size"
            + " ! identity name=pace sync=%s" % ("true" if self.is_file() else "false")
            + " ! queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 ! "
            + (bridge if self.has_bridge() else "")
            + "x264enc name=encoder tune=zerolatency speed-preset=superfast bframes=0 aud=false byte-stream=true"
            + " key-int-max=%d option-string=scenecut=0 vbv-buf-capacity=%d" % (KEYFRAME_INTERVAL_S * self.format[2], RATE_BUFFER_MS)
            + " ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream,alignment=au"
            # With the bridge, pictures reach this end only after the other has let the pipeline start.
            + " ! appsink name=out sync=false async=%s" % ("false" if self.has_bridge() else "true")
        )
        try:
            return Gst.parse_launch(description)
        except GLib.Error as error:
            fail("failed_to_start", error.message)

    def is_file(self):
        return self.settings.source == "file"

    def has_bridge(self):
        """A second half with times of its own: a file can begin anew without the encoder seeing a seam."""
        return self.is_file() or self.settings.strip

    def source_elements(self):
        return {"test": ["videotestsrc", "clockoverlay"], "file": ["uridecodebin"], "v4l2": ["v4l2src"]}[
            self.settings.source
        ]

    def source(self):
        if self.settings.source == "test":
            return (
                "videotestsrc is-live=true pattern=ball background-color=0xff0b252a foreground-color=0xffffb24a"
                " ! video/x-raw,width=%d,height=%d ! clockoverlay halignment=center valignment=center"
                " shaded-background=false font-desc=\"Sans, 40\" time-format=\"%%H:%%M:%%S\"" % self.format[:2]
            )
        if self.is_file():
            return "uridecodebin name=file caps=video/x-raw expose-all-streams=false"
        return "v4l2src name=camera ! decodebin"

    def connect(self):
        self.encoder.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.on_skippable)
        if self.is_file():
            path = os.path.abspath(self.settings.path)
            self.pipeline.get_by_name("file").set_property("uri", Gst.filename_to_uri(path))
        elif self.settings.source == "v4l2":
            self.pipeline.get_by_name("camera").set_property("device", self.settings.path)
        if self.has_bridge():
            self.marked = self.pipeline.get_by_name("marked")
            raw = self.pipeline.get_by_name("raw")
            raw.set_property("emit-signals", True)
            raw.connect("new-sample", self.on_raw)
            raw.connect("eos", lambda _sink: GLib.idle_add(self.rewind))
        else:
            self.encoder.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.on_encoder_input)
        out = self.pipeline.get_by_name("out")
        out.set_property("emit-signals", True)
        out.connect("new-sample", self.on_encoded)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

    # Commands.

    def set_bitrate(self, bits_per_second):
        self.encoder.set_property("bitrate", max(1, bits_per_second // 1000))

    def request_keyframe(self):
        structure = Gst.Structure.new_from_string("GstForceKeyUnit, all-headers=(boolean)true")
        event = Gst.Event.new_custom(Gst.EventType.CUSTOM_UPSTREAM, structure)
        self.encoder.get_static_pad("src").send_event(event)

    def set_format(self, width, height, fps):
        self.format = (width, height, fps)
        caps = "video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1,colorimetry=bt709" % (width, height, fps)
        self.size_filter.set_property("caps", Gst.Caps.from_string(caps + ",pixel-aspect-ratio=1/1"))

    def skip(self, milliseconds):
        self.skip_until = time.monotonic() + milliseconds / 1000

    # Pictures.

    def on_skippable(self, _pad, _info):
        """Left out before the encoder: what it has made must not be missing."""
        return Gst.PadProbeReturn.DROP if time.monotonic() < self.skip_until else Gst.PadProbeReturn.OK

    def remember(self, pts, milliseconds):
        self.times[pts] = milliseconds
        while len(self.times) > MAX_TIMES:
            del self.times[next(iter(self.times))]

    def on_encoder_input(self, _pad, info):
        self.remember(info.get_buffer().pts, int(time.time() * 1000))
        return Gst.PadProbeReturn.OK

    def on_raw(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        milliseconds = int(time.time() * 1000)
        source, caps = sample.get_buffer(), sample.get_caps()
        frame = source.extract_dup(0, source.get_size())
        if self.settings.strip:
            shape = caps.get_structure(0)
            frame = draw_strip(bytearray(frame), shape.get_value("width"), shape.get_value("height"), milliseconds)
        marked = Gst.Buffer.new_wrapped(frame)
        marked.pts, marked.duration = time.monotonic_ns() - self.epoch_ns, source.duration
        self.remember(marked.pts, milliseconds)
        if self.marked.get_caps() is None or not self.marked.get_caps().is_equal(caps):
            self.marked.set_caps(caps)
        return self.marked.emit("push-buffer", marked)

    def on_encoded(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        encoded = sample.get_buffer()
        milliseconds = self.times.pop(encoded.pts, None) or int(time.time() * 1000)
        if not self.playing:
            self.playing = True
            send(b"R")
        send(b"P", struct.pack(">Q", milliseconds) + encoded.extract_dup(0, encoded.get_size()))
        return Gst.FlowReturn.OK

    # Life.

    def on_message(self, _bus, message):
        if message.type == Gst.MessageType.ERROR:
            error, details = message.parse_error()
            print(details, file=sys.stderr)
            fail(self.fault_code(error), error.message)
        elif message.type == Gst.MessageType.EOS:
            fail("died", "The pictures have ended.")

    def fault_code(self, error):
        if error.matches(Gst.CoreError.quark(), Gst.CoreError.MISSING_PLUGIN):
            return "missing_program"
        if error.matches(Gst.StreamError.quark(), Gst.StreamError.CODEC_NOT_FOUND):
            return "missing_program"
        return "died" if self.playing else "failed_to_start"

    def rewind(self):
        seek = Gst.Event.new_seek(
            1.0, Gst.Format.TIME, Gst.SeekFlags.FLUSH, Gst.SeekType.SET, 0, Gst.SeekType.NONE, -1
        )
        if not self.size_filter.get_static_pad("src").send_event(seek):
            # Some recordings have no index to seek by: open them again.
            self.pipeline.set_state(Gst.State.READY)
            self.pipeline.set_state(Gst.State.PLAYING)

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self.read_commands, daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def read_commands(self):
        """On a thread of its own: GStreamer takes properties and events from any, and the main loop adds delay."""
        for line in sys.stdin:
            words = line.split()
            if words[:1] == ["bitrate"]:
                self.set_bitrate(int(words[1]))
            elif words[:1] == ["format"]:
                self.set_format(*map(int, words[1:4]))
            elif words[:1] == ["skip"]:
                self.skip(int(words[1]))
            elif words == ["keyframe"]:
                self.request_keyframe()
            elif words == ["quit"]:
                break
        GLib.idle_add(self.loop.quit)
        # A device that hangs must not keep the process.
        time.sleep(QUIT_GRACE_S)
        os._exit(0)


def check_bits(value):
    crc = CRC_START
    for shift in (24, 16, 8, 0):
        crc ^= (value >> shift) & 0xFF
        for _ in range(8):
            crc = ((crc << 1) ^ (CRC_POLYNOMIAL if crc & 0x80 else 0)) & 0xFF
    return crc


def draw_strip(frame, width, height, milliseconds):
    """Writes the strip into an I420 picture whose rows are padded as GStreamer pads them: to 4 bytes."""
    stride, half = (width + 3) // 4 * 4, (width // 2 + 3) // 4 * 4
    columns = max(1, min(CELLS, width // CELL))
    rows = (CELLS + columns - 1) // columns
    time32 = milliseconds & 0xFFFFFFFF
    cells = time32 << 8 | check_bits(time32)
    for row in range(rows):
        line = b"".join(
            bytes([WHITE if cells >> (CELLS - 1 - cell) & 1 else BLACK]) * CELL
            for cell in range(row * columns, min(CELLS, (row + 1) * columns))
        )
        for y in range(row * CELL, (row + 1) * CELL):
            frame[y * stride : y * stride + len(line)] = line
        grey = bytes([GREY]) * (len(line) // 2)
        chroma_rows = (height + 1) // 2
        for plane in (stride * ((height + 1) // 2 * 2), stride * ((height + 1) // 2 * 2) + half * chroma_rows):
            for y in range(row * CELL // 2, (row + 1) * CELL // 2):
                frame[plane + y * half : plane + y * half + len(grey)] = grey
    return bytes(frame)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", choices=["test", "file", "v4l2"], required=True)
    parser.add_argument("--path", default="")
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--fps", type=int, required=True)
    parser.add_argument("--bitrate", type=int, required=True)
    parser.add_argument("--strip", action="store_true")
    parser.add_argument("--check", action="store_true", help="build everything, start nothing, and say that it could be")
    Gst.init(None)
    settings = parser.parse_args()
    engine = Engine(settings)
    if settings.check:
        send(b"R")
    else:
        engine.run()


main()
