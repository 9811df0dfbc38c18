import type { MutationGroup } from './mutation.ts';

/** How the camera makes its picture. */
export const SETTINGS_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/settings/adjusting.ts',
    tests: ['relay/attacks-settings.test.ts'],
    mutations: [
      ['the right to control counts', "if (standing.type === 'refused') return standing.code;", ''],
      ['control is the right that counts', "'control', moment()", "'watch', moment()"],
      ['what is not offered is not done', "if (!isOffered(change, this.#offers())) return 'bad_terms';", ''],
      ['guests change so often', "if (this.#changes.isSpent(root)) return 'busy';", ''],
      ['owners as often as they like', 'if (!isOwner(standing.terms)) {', 'if (true) {'],
    ],
  },
  {
    file: 'relay/settings/settings-store.ts',
    tests: ['relay/settings/settings-store.test.ts'],
    mutations: [['what is not stored has not happened', "      return 'not_stored';", '']],
  },
  {
    file: 'relay/health/examining.ts',
    tests: ['relay/health/examining.test.ts'],
    mutations: [['owners alone are told', "'owner', moment()", "'watch', moment()"]],
  },
  {
    file: 'relay/health/compose-health.ts',
    tests: ['relay/health/compose-health.test.ts'],
    mutations: [['health fits a message', 'return room >= 0;', 'return true;']],
  },
];
