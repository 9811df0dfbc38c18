"""A gap in the pipeline that pictures are carried across by hand: what follows has times of its own."""

import time

from clock_strip import draw_strip
from gst import Gst
from wire import now_ms


class Bridge:
    def __init__(self, pipeline, name, on_end=None, has_strip=False, on_picture=None):
        self.epoch_ns = time.monotonic_ns()
        self.has_strip = has_strip
        self.on_picture = on_picture
        self.near = pipeline.get_by_name(name + "-in")
        self.far = pipeline.get_by_name(name + "-out")
        self.near.set_property("emit-signals", True)
        self.near.connect("new-sample", self.carry)
        if on_end:
            self.near.connect("eos", lambda _sink: on_end())

    def carry(self, sink):
        sample = sink.emit("pull-sample")
        if sample is None:
            return Gst.FlowReturn.OK
        milliseconds = now_ms()
        source, caps = sample.get_buffer(), sample.get_caps()
        frame = source.extract_dup(0, source.get_size())
        if self.has_strip:
            shape = caps.get_structure(0)
            frame = draw_strip(bytearray(frame), shape.get_value("width"), shape.get_value("height"), milliseconds)
        carried = Gst.Buffer.new_wrapped(frame)
        carried.pts, carried.duration = time.monotonic_ns() - self.epoch_ns, source.duration
        if self.on_picture:
            self.on_picture(carried.pts, milliseconds)
        if self.far.get_caps() is None or not self.far.get_caps().is_equal(caps):
            self.far.set_caps(caps)
        return self.far.emit("push-buffer", carried)
