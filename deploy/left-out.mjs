// Libraries that libraries of ours load, for things that the relay does by Node's own cryptography or not at all. Each
// would be parsed and kept in memory: together a tenth of the relay's.
const LEFT_OUT = [
  // DTLS handshakes and certificates of werift, which `relay/webrtc/mends` does in its place.
  '@fidm/x509',
  '@noble/curves/p256',
  '@peculiar/x509',
  'tweetnacl',
  // Names that end in .local, which nobody here looks up.
  'multicast-dns',
  // MQTT through a SOCKS proxy.
  'socks',
];

/** Stands for a library: whoever wants something of it after all is told, instead of going on with nothing. */
const STAND_IN = `
const take = (name) => () => { throw new Error(name + ' was left out of the bundle'); };
module.exports = new Proxy({ cryptoProvider: { set() {} } }, {
  get: (target, name) => name in target || typeof name === 'symbol' || name === '__esModule' || name === 'default'
    ? target[name]
    : take(String(name)),
});
`;

/** Has rolldown leave them out. */
export const leaveOut = {
  name: 'leave-out',
  resolveId: (id) => (LEFT_OUT.includes(id) ? `\0left-out:${id}` : null),
  load: (id) => (id.startsWith('\0left-out:') ? STAND_IN : null),
};
