import type { MutationGroup } from './mutation.ts';

/** Who watches, and until when. */
export const VIEWING_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/viewing/viewing.ts',
    tests: ['relay/viewing/viewing.test.ts'],
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
        "if (standing.type === 'refused') session.end(farewellOf(standing.code));",
        '',
      ],
      ['a phone has so many pictures', "own[0]?.session.end('replaced');", ''],
      [
        'the camera has so many viewers',
        "return this.#sessions.length >= MAX_SESSIONS - (isGuest ? OWNERS_SESSIONS : 0) ? 'busy' : null;",
        'return null;',
      ],
      ['owners have room', '(isGuest ? OWNERS_SESSIONS : 0)', '0'],
      [
        'guests have not the room of owners',
        '(isGuest ? OWNERS_SESSIONS : 0)',
        '(isGuest ? 0 : OWNERS_SESSIONS)',
      ],
      ['sessions are their phone’s own', 'entry.gid === gid && entry.sid === sid', 'entry.sid === sid'],
      ['nothing opens after the end', "if (this.#isClosed) return 'busy';", ''],
      ['who watched is written down', '        writeEnd(end);', ''],
      ['who watches is written down', 'writeEnd = witness(gid);', ''],
      [
        'guests begin so often',
        "if (isGuest && this.#allowance.isSpent(this.#options.rootOf(gid))) return 'busy';",
        '',
      ],
      ['owners begin as often as they like', 'if (isGuest && this.#allowance', 'if (this.#allowance'],
      [
        'envelopes are for sessions of their grant',
        'if (each.gid === gid) each.session.deliver(envelope);',
        'each.session.deliver(envelope);',
      ],
    ],
  },
  {
    file: 'relay/viewing/viewer-session.ts',
    tests: ['relay/viewing/viewing.test.ts', 'relay/attacks-revoke.test.ts'],
    mutations: [
      [
        'who ended while answering gets no answer',
        "if (this.#state.state === 'ended') return;\n    this.#offer",
        'this.#offer',
      ],
      ['the peer is closed', 'peer.close(reason).catch(', 'Promise.resolve().catch('],
      [
        'pictures stop',
        "    this.#leaveBroadcast?.();\n    this.#tell({ type: 'bye', reason });",
        "    this.#tell({ type: 'bye', reason });",
      ],
    ],
  },
  {
    file: 'relay/viewing/session-state.ts',
    tests: ['relay/viewing/session-state.test.ts'],
    mutations: [['the end is the end', "if (current.state === 'ended') return current;", '']],
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
