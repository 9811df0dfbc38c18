"""One encoder of the pipeline: how each kind is told a bitrate and asked for a keyframe."""

from gst import Gst
from wire import now_ms, send_picture

# Capture times of pictures that are still in the encoder.
MAX_TIMES = 64


class Encoder:
    """`kind` is x264, openh264 or v4l2; pictures leave as messages of the kind `letter`."""

    def __init__(self, element, kind, letter, on_picture, controls=()):
        self.element = element
        self.kind = kind
        self.letter = letter
        self.on_picture = on_picture
        # Of a hardware encoder, all that it was told: whatever opens it anew has to tell it all again.
        self.controls = dict(controls)
        self.times = {}
        # Some encoders begin at another time than their pictures did.
        self.shift = 0

    def attach(self, out, is_timed):
        """`is_timed`: whoever brings the pictures remembers when each was captured."""
        if not is_timed:
            self.element.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, self.on_input)
        out.set_property("emit-signals", True)
        out.connect("new-sample", self.on_encoded)

    def set_bitrate(self, bits_per_second):
        if self.kind == "x264":
            self.element.set_property("bitrate", max(1, bits_per_second // 1000))
        elif self.kind == "openh264":
            self.element.set_property("bitrate", bits_per_second)
        else:
            self.controls["video_bitrate"] = bits_per_second
            self.control(self.controls)

    def request_keyframe(self):
        if self.kind == "v4l2":
            self.control({**self.controls, "force_key_frame": 1})
            return
        structure = Gst.Structure.new_from_string("GstForceKeyUnit, all-headers=(boolean)true")
        event = Gst.Event.new_custom(Gst.EventType.CUSTOM_UPSTREAM, structure)
        self.element.get_static_pad("src").send_event(event)

    def control(self, controls):
        """Hardware takes V4L2 controls; the driver is told those that have changed, also while it runs."""
        fields = ",".join("%s=(int)%d" % pair for pair in controls.items())
        self.element.set_property("extra-controls", Gst.Structure.new_from_string("controls," + fields))

    def remember(self, pts, milliseconds):
        self.times[pts] = milliseconds
        while len(self.times) > MAX_TIMES:
            del self.times[next(iter(self.times))]

    def recall(self, pts):
        """When the picture was captured that leaves as `pts`; of those in the encoder the oldest leaves first."""
        if pts - self.shift not in self.times and self.times:
            self.shift = pts - next(iter(self.times))
        return self.times.pop(pts - self.shift, None) or now_ms()

    def on_input(self, _pad, info):
        self.remember(info.get_buffer().pts, now_ms())
        return Gst.PadProbeReturn.OK

    def on_encoded(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        encoded = sample.get_buffer()
        self.on_picture()
        send_picture(self.letter, self.recall(encoded.pts), encoded.extract_dup(0, encoded.get_size()))
        return Gst.FlowReturn.OK
