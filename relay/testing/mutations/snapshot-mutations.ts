import type { MutationGroup } from './mutation.ts';

/** Pictures to keep. */
export const SNAPSHOT_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/snapshot/snapshots.ts',
    tests: ['relay/attacks-snapshot.test.ts'],
    mutations: [
      [
        'the right to snapshots counts',
        "const standing = admit(gid, 'snapshot');",
        "const standing = admit(gid, 'watch');",
      ],
      ['it counts when the picture is there', "if (after.type === 'refused') return after.code;", ''],
      ['guests take so many', "if (this.#allowance.isSpent(root)) return 'busy';", ''],
      ['owners as many as they like', 'if (!isOwner(standing.terms)) {', 'if (true) {'],
    ],
  },
  {
    file: 'relay/snapshot/snapshot-channel.ts',
    tests: ['relay/snapshot/snapshot-channel.test.ts'],
    mutations: [
      ['no more is under way than so much', '!isRoom || ', ''],
      ['half of the path is left', ' || sending.allowance < chunk.length', ''],
      ['what was not sent has not arrived', 'bytes > sending.sent || ', ''],
      ['what is not confirmed is given up', 'sending.ticks * TICK_MS >= PATIENCE_MS', 'sending.ticks < 0'],
      ['one at a time', 'if (this.#isTaking || this.#sending) {', 'if (this.#isTaking) {'],
    ],
  },
  {
    file: 'relay/viewing/viewer-session.ts',
    tests: ['relay/attacks-snapshot.test.ts'],
    mutations: [
      [
        'who only has a connection gets none',
        "this.isWatching ? takeSnapshot() : 'not_allowed'",
        'takeSnapshot()',
      ],
    ],
  },
];
