"""The GStreamer engine of a Latchkey camera: a child process, so that encoders under other licences stay out of ours.

Commands arrive as lines on standard input; messages leave on descriptor 3. docs/capture.md has both. It ends when
standard input closes, so it never outlives its parent.
"""

import json
import os
import sys
import time

from gst import GLib, Gst, has_element
from modes import list_modes
from pipeline import QUIT_GRACE_S, Pipeline
from wire import complain, fail, send_json


def obey(pipeline, words):
    """Carries out a command; GStreamer takes properties and events from any thread."""
    name, *values = words
    if name == "bitrate":
        pipeline.set_bitrate(int(values[0]))
    elif name == "low" and values == ["off"]:
        pipeline.end_low()
    elif name == "low":
        pipeline.set_low(*map(int, values))
    elif name == "keyframe" and values in (["main"], ["low"]):
        pipeline.request_keyframe(values[0])
    elif name == "format":
        pipeline.set_format(*map(int, values))
    elif name == "turn":
        pipeline.turn(values[0])
    elif name == "exposure":
        pipeline.expose(float(values[0]))
    elif name == "skip":
        pipeline.skip(int(values[0]))
    elif name == "snapshot":
        pipeline.take_snapshot()
    else:
        raise ValueError("unknown")


def read_commands(pipeline):
    """On a thread of its own, because the main loop would add delay."""
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        try:
            obey(pipeline, words)
        except Exception as error:  # Whatever an element thinks of it: the pictures go on.
            complain("%s: %s" % (line.strip()[:80], error))
    GLib.idle_add(pipeline.loop.quit)
    # A device that hangs must not keep the process.
    time.sleep(QUIT_GRACE_S)
    os._exit(0)


def read_plan(text):
    try:
        return json.loads(text)
    except ValueError:
        fail("bad_settings", "The plan cannot be read.")


def be_first_to_go():
    """What is decoded here may come from the network: where it takes all memory, this program is to end, and not the camera."""
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("300")
    except OSError:
        pass  # Not on Linux.


def main():
    """Answers questions until it is told what to run."""
    for line in iter(sys.stdin.readline, ""):
        command, _, rest = line.strip().partition(" ")
        if command == "modes":
            send_json(b"I", {"modes": list_modes(rest)})
        elif command == "elements":
            present = [name for name in rest.split() if has_element(name)]
            send_json(b"I", {"version": Gst.version_string(), "elements": present})
        elif command == "check":
            Pipeline(read_plan(rest))
            send_json(b"R", {})
            return
        elif command == "run":
            Pipeline(read_plan(rest)).run(read_commands)
            return
        else:
            return


if __name__ == "__main__":
    be_first_to_go()
    main()
