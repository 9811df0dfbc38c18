"""Changes that must not come in the middle of a picture: elements agree on its size between two of them only."""

import threading

from gst import Gst
from wire import complain


class Changes:
    """Carries out what is asked for by the thread that brings the pictures, before the next one, or what is said of it, passes `pad`."""

    def __init__(self, pad):
        self.lock = threading.Lock()
        self.waiting = []
        pad.add_probe(Gst.PadProbeType.DATA_DOWNSTREAM, self.on_data)

    def make(self, change):
        with self.lock:
            self.waiting.append(change)

    def on_data(self, _pad, _info):
        with self.lock:
            changes, self.waiting = self.waiting, []
        for change in changes:
            try:
                change()
            except Exception as error:  # Whatever an element thinks of it: the pictures go on.
                complain(str(error))
        return Gst.PadProbeReturn.OK
