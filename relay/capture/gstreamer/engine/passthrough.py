"""Pictures that come encoded, and leave as they are."""

from gst import Gst
from wire import fail, now_ms, send_picture

# A clock that jumps once is no reordering.
MAX_STEPS_BACK = 3


class Passthrough:
    def __init__(self, out, on_picture):
        self.on_picture = on_picture
        self.has_begun = False
        self.last_pts = 0
        self.steps_back = 0
        out.set_property("emit-signals", True)
        out.connect("new-sample", self.on_sample)

    def on_sample(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        unit = sample.get_buffer()
        # A viewer can begin at a keyframe only, and so can we.
        self.has_begun = self.has_begun or not unit.has_flags(Gst.BufferFlags.DELTA_UNIT)
        if not self.has_begun:
            return Gst.FlowReturn.OK
        self.check_order(unit.pts)
        self.on_picture()
        send_picture(b"P", now_ms(), unit.extract_dup(0, unit.get_size()))
        return Gst.FlowReturn.OK

    def check_order(self, pts):
        """WebRTC shows pictures in the order in which they come (RFC 7742 leaves no room for another)."""
        if pts == Gst.CLOCK_TIME_NONE:
            return
        self.steps_back += 1 if pts < self.last_pts else 0
        self.last_pts = pts
        if self.steps_back > MAX_STEPS_BACK:
            fail("bad_settings", "It sends pictures in another order than they were taken in; turn B-frames off in its settings.")
