"""A network camera with RTSP: H.264 (the argument `h264`), with reordered pictures (`bframes`), or JPEG (`mjpeg`).

The second argument is its port, 0 for any. Prints its address. Ends with its standard input. A third argument,
NAME:PASSWORD, is what it asks for.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

RAW = "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1,format=I420 ! "
SOUND = " audiotestsrc is-live=true ! mulawenc ! rtppcmupay name=pay1"
STREAMS = {
    "h264": RAW + "x264enc tune=zerolatency key-int-max=25 ! video/x-h264,profile=high ! rtph264pay name=pay0 pt=96" + SOUND,
    "bframes": RAW + "x264enc bframes=2 key-int-max=25 ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96",
    "mjpeg": RAW + "jpegenc ! rtpjpegpay name=pay0",
}


def require_login(server, login):
    name, password = login.split(":")
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(name, password), token)
    server.set_auth(auth)


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=sys.argv[2])
    factory = GstRtspServer.RTSPMediaFactory(shared=True)
    factory.set_launch("( %s )" % STREAMS[sys.argv[1]])
    if len(sys.argv) > 3:
        require_login(server, sys.argv[3])
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print("rtsp://127.0.0.1:%d/live" % server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), GLib.idle_add(loop.quit)), daemon=True).start()
    loop.run()


main()
