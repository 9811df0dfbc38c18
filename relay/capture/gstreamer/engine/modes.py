"""What a Video4Linux device offers, asked of the device itself."""

from gst import Gst
from wire import fail

ENCODINGS = {"video/x-h264": "h264", "image/jpeg": "mjpeg", "video/x-raw": "raw"}


def list_modes(device):
    source = Gst.ElementFactory.make("v4l2src")
    if source is None:
        fail("missing_program", "GStreamer has no v4l2src.")
    source.set_property("device", device)
    if source.set_state(Gst.State.READY) == Gst.StateChangeReturn.FAILURE:
        message = source.get_bus().pop_filtered(Gst.MessageType.ERROR) if source.get_bus() else None
        fail("gone", message.parse_error()[0].message if message else "It cannot be opened.")
    caps = source.get_static_pad("src").query_caps(None)
    source.set_state(Gst.State.NULL)
    return [mode for index in range(caps.get_size()) for mode in modes_of(caps.get_structure(index))]


def modes_of(structure):
    encoding = ENCODINGS.get(structure.get_name())
    if encoding is None:
        return []
    widths, heights = bounds(structure, "width"), bounds(structure, "height")
    if not widths or not heights:
        return []
    shape = {"encoding": encoding, "width": widths[1], "height": heights[1], "frameRate": fastest(structure)}
    if widths[0] < widths[1] or heights[0] < heights[1]:
        shape.update(minWidth=widths[0], minHeight=heights[0])
    return [{**shape, "pixels": pixels} for pixels in pixel_formats(structure)] if encoding == "raw" else [shape]


def bounds(structure, name):
    """The least and the most, which differ with devices that scale; None where it says neither."""
    is_int, value = structure.get_int(name)
    if is_int:
        return value, value
    found = [int(digits) for digits in numbers_after(structure.to_string(), name + "=")][:2]
    return (min(found), max(found)) if found else None


def fastest(structure):
    """Pictures a second, rounded down; of a list or range the most."""
    rates = [rate for rate in fractions_after(structure.to_string(), "framerate=") if rate < 1000]
    return int(max(rates)) if rates else 30


def pixel_formats(structure):
    one = structure.get_string("format")
    if one:
        return [one]
    text = value_text(structure.to_string(), "format=")
    return [word.strip(" {}") for word in text.split(",") if word.strip(" {}").isalnum()]


def value_text(text, name):
    """The text of a field, without its type: to the end of its braces, brackets or word."""
    text = text.rstrip(";")
    at = text.find(name)
    if at < 0:
        return ""
    rest = text[at + len(name) :]
    if rest.startswith("("):
        rest = rest[rest.index(")") + 1 :].lstrip()
    closing = {"{": "}", "[": "]"}.get(rest[:1], ",")
    end = rest.find(closing)
    return rest if end < 0 else rest[:end]


def numbers_after(text, name):
    return [word for word in value_text(text, name).replace("[", " ").replace("{", " ").replace(",", " ").split() if word.isdigit()]


def fractions_after(text, name):
    words = value_text(text, name).replace("[", " ").replace("{", " ").replace(",", " ").replace("(fraction)", " ").split()
    pairs = [word.split("/") for word in words if "/" in word]
    return [int(top) / int(bottom) for top, bottom in pairs if top.isdigit() and bottom.isdigit() and int(bottom) > 0]
