// The one place that imports werift: everything else in relay/ sees the names listed here.
export { RTCPeerConnection } from 'werift';
