import type { MutationGroup } from './mutation.ts';

/** A camera that is switched off. */
export const PRIVACY_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/privacy/switching.ts',
    tests: ['relay/attacks-privacy.test.ts'],
    mutations: [
      ['owners alone switch', "if (standing.type === 'refused') return standing.code;", ''],
      ['whoever has not looked changes nothing', 'revision: wish.revision ?? -1', 'revision: wish.revision'],
    ],
  },
  {
    file: 'relay/privacy/privacy-switch.ts',
    tests: ['relay/privacy/privacy-switch.test.ts', 'relay/attacks-privacy.test.ts'],
    mutations: [
      [
        'what was held back undoes nothing',
        "if (!isOffAlone && revision !== undefined && revision !== before.revision) return 'changed';",
        '',
      ],
      ['off counts at once', 'if (wish.off === true) this.#take(after);', ''],
      [
        'what is not on disk is not said to be',
        "return this.#isStored ? 'done' : this.#store(before);",
        "return 'done';",
      ],
      ['what cannot be read is off', '  return OFF_UNTIL_TOLD;', '  return NEVER_OFF;'],
    ],
  },
  {
    file: 'relay/privacy/privacy-state.ts',
    tests: ['relay/privacy/privacy-state.test.ts'],
    mutations: [
      ['a doubtful clock ends nothing', 'hand?.until != null && isTrusted &&', 'hand?.until != null &&'],
      [
        'a doubtful clock keeps it off',
        "if (!isTrusted) return { isOff: true, until: null, why: 'clock' };",
        '',
      ],
      ['a clock set back keeps nothing on', ' && hand.since <= now && !isOver', ' && !isOver'],
      ['a new schedule counts', 'return hand?.isOff ? hand : null;', 'return hand;'],
    ],
  },
  {
    file: 'relay/relay.ts',
    tests: ['relay/attacks-privacy.test.ts'],
    mutations: [
      [
        'nobody is let in while it is off',
        "const isPrivate = standing.type === 'holds' && ",
        'const isPrivate = false && ',
      ],
      ['the lens is let go', 'if (privacy.standing(moment()).isOff) source.letGo?.();', ''],
      ['it counts at once', 'privacy.onChange(() => enforcement.reconsider());', ''],
    ],
  },
];
