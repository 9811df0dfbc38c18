"""The engine with a camera that is not there: as `main.py`, but Video4Linux devices are imitated.

The arguments say which camera: `h264`, `mjpeg` or `raw` for what it offers, then what happens to it: nothing, `busy`
when it is opened, `unplugged` after a second, an encoder that is `stubborn` about bitrates, or `openh264` alone.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "gstreamer", "engine"))

import main  # noqa: E402
import pipeline  # noqa: E402
from gst import GLib, Gst, has_element  # noqa: E402

CAMERA, FATE = sys.argv[1], (sys.argv[2:] or ["none"])[0]
RAW = "videotestsrc is-live=true name=source pattern=ball ! video/x-raw,width=640,height=480,framerate=30/1"
HEADS = {
    "video/x-raw": RAW + ",format=YUY2",
    "image/jpeg": RAW + " ! jpegenc",
    "video/x-h264": RAW + " ! x264enc tune=zerolatency key-int-max=30 ! video/x-h264,profile=high",
}
SIZE = {"width": 640, "height": 480, "frameRate": 30}
MODES = {
    "raw": [{"encoding": "raw", "pixels": "YUY2", **SIZE}],
    "mjpeg": [{"encoding": "mjpeg", **SIZE}],
    "h264": [{"encoding": "h264", **SIZE}, {"encoding": "mjpeg", **SIZE}],
}
ERRORS = {"busy": Gst.ResourceError.BUSY, "unplugged": Gst.ResourceError.READ}
FATE_AFTER_MS = {"busy": 0, "unplugged": 1000}


class StandinPipeline(pipeline.Pipeline):
    def __init__(self, plan):
        head, mark, rest = plan["source"].partition(" ! ")
        assert head == "v4l2src name=source" and mark
        caps, _mark, tail = rest.partition(" ! ")
        plan["source"] = HEADS[caps.split(",")[0]] + (" ! " + tail if tail else "")
        plan["properties"] = {}
        super().__init__(plan)
        if FATE in ERRORS:
            GLib.timeout_add(FATE_AFTER_MS[FATE], self.suffer)

    def set_bitrate(self, bits_per_second):
        if FATE == "stubborn":
            raise ValueError("not this one")
        super().set_bitrate(bits_per_second)

    def suffer(self):
        error = GLib.Error.new_literal(Gst.ResourceError.quark(), "As if it were " + FATE, int(ERRORS[FATE]))
        self.pipeline.get_bus().post(Gst.Message.new_error(self.find("source"), error, "stand-in"))
        return False


if FATE == "openh264":
    pipeline.has_element = lambda name: name not in ("v4l2h264enc", "x264enc") and has_element(name)
main.list_modes = lambda _device: MODES[CAMERA]
main.Pipeline = StandinPipeline
main.main()
