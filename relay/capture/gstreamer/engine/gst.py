"""The one import of GStreamer."""

from wire import fail

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstApp", "1.0")
    from gi.repository import GLib, Gst, GstApp  # noqa: F401  GstApp gives appsrc and appsink their methods.
except (ImportError, ValueError) as error:
    fail("missing_program", str(error))

Gst.init(None)


def has_element(name):
    return Gst.ElementFactory.find(name) is not None


def require(names):
    for name in names:
        if not has_element(name):
            fail("missing_program", "GStreamer has no %s." % name)
