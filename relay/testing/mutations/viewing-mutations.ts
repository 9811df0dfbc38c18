import type { MutationGroup } from './mutation.ts';

/** Who watches, and until when. */
export const VIEWING_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/viewing/viewing.ts',
    tests: ['relay/viewing/viewing.test.ts', 'relay/viewing/standby.test.ts'],
    mutations: [
      [
        'who may not watch is refused',
        "    const standing = this.#options.admit(gid, 'watch');\n    if (standing.type === 'refused') return standing.code;",
        "    const standing = { terms: { scope: ['watch'] } };",
      ],
      [
        'watching is the right that counts',
        "    const standing = this.#options.admit(gid, 'watch');\n    if (standing.type === 'refused') return standing.code;",
        "    const standing = this.#options.admit(gid, 'listen');\n    if (standing.type === 'refused') return standing.code;",
      ],
      [
        'who may no longer watch is let go',
        "if (standing.type === 'refused') session.end(farewellOf(standing.code));\n      else",
        '',
      ],
      ['sessions are their phone’s own', 'entry.gid === gid && entry.sid === sid', 'entry.sid === sid'],
      ['nothing opens after the end', "if (this.#isClosed) return 'busy';", ''],
      ['what was sent to those who are gone counts', 'this.#packetsOfEnded += session.mediaPackets;', ''],
      ['who watched is written down', '        writeEnd(end);', ''],
      ['who watches is written down', 'writeEnd = witness(gid);', ''],
      ['connections made ready take no places', '({ session }) => !session.isOnStandby', '() => true'],
      [
        'an offer for a picture is judged as one',
        "if (known) return purpose === 'picture' ? known.play() : null;",
        'if (known) return null;',
      ],
      ['what was refused its picture ends', "if (known?.isOnStandby) known.end('left');", ''],
      [
        'the wish for a picture is judged',
        "refusePlay: () => this.#refusalFor(gid, null, 'picture'),",
        'refusePlay: () => null,',
      ],
      [
        'envelopes are for sessions of their grant',
        'if (each.gid === gid) each.session.deliver(envelope);',
        'each.session.deliver(envelope);',
      ],
    ],
  },
  {
    file: 'relay/viewing/broadcast.ts',
    tests: ['relay/viewing/standby.test.ts', 'relay/viewing/broadcast.test.ts'],
    mutations: [
      [
        'who waits asks for no picture',
        'if (seat) this.#options.source.requestKeyframe(seat.awaits);',
        "this.#options.source.requestKeyframe(seat?.awaits ?? 'main');",
      ],
    ],
  },
  {
    file: 'relay/viewing/places.ts',
    tests: ['relay/viewing/viewing.test.ts', 'relay/viewing/standby.test.ts'],
    mutations: [
      [
        'a phone has so many pictures',
        "own[0]?.session.end('replaced');\n      return null;",
        'return null;',
      ],
      [
        'the camera has so many viewers',
        "return viewers.length >= MAX_SESSIONS - (isGuest ? OWNERS_SESSIONS : 0) ? 'busy' : null;",
        'return null;',
      ],
      ['owners have room', '(isGuest ? OWNERS_SESSIONS : 0)', '0'],
      [
        'guests have not the room of owners',
        '(isGuest ? OWNERS_SESSIONS : 0)',
        '(isGuest ? 0 : OWNERS_SESSIONS)',
      ],
      [
        'guests begin so often',
        "if (isGuest && this.#views.isSpent(this.#options.rootOf(gid))) return 'busy';",
        '',
      ],
      ['owners begin as often as they like', 'if (isGuest && this.#views', 'if (this.#views'],
      ['connections made ready are allowed first', "if (!isStandbyAllowed) return 'not_allowed';", ''],
      ['guests connect so often', "if (isGuest && this.#standbys.isSpent(rootOf(gid))) return 'busy';", ''],
      [
        'a phone has so many connections ready',
        "if (own.length >= MAX_STANDBYS_PER_GRANT) own[0]?.session.end('replaced');\n    else if",
        'if',
      ],
      [
        'there are so many connections ready',
        "else if (standbys.length >= MAX_STANDBYS) standbys[0]?.session.end('replaced');",
        '',
      ],
      ['pictures begun are counted', 'this.#views.spend(this.#options.rootOf(gid));', ''],
      ['connections made ready are counted', 'this.#standbys.spend(rootOf(gid));', ''],
    ],
  },
  {
    file: 'relay/viewing/viewer-session.ts',
    tests: [
      'relay/viewing/viewing.test.ts',
      'relay/viewing/standby.test.ts',
      'relay/viewing/viewing-invariants.test.ts',
      'relay/attacks-revoke.test.ts',
    ],
    mutations: [
      ['the picture is asked for', 'if (refusal) return refusal;', ''],
      [
        'who waits wakes no camera',
        "this.#state.state === 'connecting' && this.#state.purpose === 'picture'",
        "this.#state.state === 'connecting'",
      ],
      ['waiting ends', 'else this.#limit(STANDBY_LIMIT_MS - RELAYED_STANDBY_LIMIT_MS);', ''],
      [
        'waiting through TURN ends sooner',
        "if (peer.path === 'relayed') this.#on({ type: 'timed-out' });\n      else",
        '',
      ],
      [
        'who ended while answering gets no answer',
        "if (this.#state.state === 'ended') return;\n    this.#offer",
        'this.#offer',
      ],
      [
        'nothing leaves before it is written down',
        'if (!this.#hasWatched) this.#options.onWatch();',
        'if (!this.#hasWatched) queueMicrotask(() => this.#options.onWatch());',
      ],
      ['snapshots count as sent', 'this.#snapshotPieces += 1;', ''],
      ['the peer is closed', 'peer.close(reason).catch(', 'Promise.resolve().catch('],
      ['pictures stop', '    this.#leave();\n    this.#media.close();', '    this.#media.close();'],
    ],
  },
  {
    file: 'relay/viewing/session-media.ts',
    tests: ['relay/viewing/session-media.test.ts'],
    mutations: [
      ['the right counts', "if (!may(right)) return 'denied';", ''],
      [
        'the right counts while it goes on',
        'for (const way of [...this.#open.keys()]) if (!this.#options.may(WAYS[way].right)) this.#drop(way);',
        '',
      ],
      [
        'nothing is heard before somebody watches',
        'if (this.#isActive) this.#beginWanted();',
        'this.#beginWanted();',
      ],
      ['devices are opened so often', 'if (!this.#mayBegin()) {', 'if (false) {'],
    ],
  },
  {
    file: 'relay/webrtc/srtp-receiver.ts',
    tests: ['relay/webrtc/srtp-receiver.test.ts'],
    mutations: [
      ['a packet counts once', 'if (!stream.isFresh(index)) return null;', ''],
      ['streams are few', 'if (!known && streams.size >= MAX_STREAMS) return null;', ''],
      ['the header is sealed too', '  decipher.setAAD(packet.subarray(0, header.bytes));\n', ''],
    ],
  },
  {
    file: 'relay/webrtc/viewer-media.ts',
    tests: ['relay/webrtc/viewer-media.test.ts'],
    mutations: [['a flood is dropped', 'taking.bucket.take(1, nowMs) > 0', 'false']],
  },
  {
    file: 'relay/viewing/session-state.ts',
    tests: ['relay/viewing/session-state.test.ts'],
    mutations: [
      ['the end is the end', "if (current.state === 'ended') return current;", ''],
      ['who waits watches nothing', "isOnStandby(current) ? { state: 'standby' } : { state", '{ state'],
    ],
  },
  {
    file: 'relay/viewing/lazy-viewing.ts',
    tests: ['relay/viewing/lazy-viewing.test.ts'],
    mutations: [
      ['what is not allowed ends', 'this.#viewing?.review();', ''],
      ['what waited is closed too', 'viewing.close(reason);', ''],
    ],
  },
];
