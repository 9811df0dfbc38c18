import type { MutationGroup } from './mutation.ts';

/** Whether the clock may decide over anybody's time. */
export const TIME_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/time/trust-state.ts',
    tests: ['relay/time/trust-state.test.ts'],
    mutations: [
      [
        'what is below the floor is wrong',
        "if (Math.floor(reading.wallMs / 1000) < state.floorS) return 'below_floor';",
        '',
      ],
      [
        'nothing is trusted before it was asked',
        "return { sync: 'not_synchronised', floorS",
        "return { sync: 'assumed', floorS",
      ],
      [
        'a clock that was set is confirmed anew',
        "sync: isConfirmed ? current.sync : 'not_synchronised',",
        'sync: current.sync,',
      ],
      [
        'so is one that was set before this event',
        'return noticeStep(state, reading).sync;',
        'return state.sync;',
      ],
      [
        'answers from before it was set say nothing',
        'if (event.steps !== current.steps) return current;',
        '',
      ],
      [
        'the floor rises by what is trusted',
        'if (!isTrustedFor(trustReason(current, reading))) return current;',
        '',
      ],
      ['the floor never falls', 'floorS: Math.max(floorS, current.floorS)', 'floorS'],
      [
        'an old mark says nothing',
        'event.mark !== null && event.mark !== current.mark',
        'event.mark !== null',
      ],
      ['a small step is none', 'if (stepMs <= STEP_MS) return', 'if (stepMs <= STEP_MS * 1_000) return'],
    ],
  },
  {
    file: 'relay/time/clock-floor.ts',
    tests: ['relay/time/clock-floor.test.ts'],
    mutations: [
      ['the floor is kept', 'text === null ? 0 : await this.#parse(text)', '0'],
      ['a floor beyond all calendars is damage', 'floor: numericDate', 'floor: v.number()'],
    ],
  },
];
