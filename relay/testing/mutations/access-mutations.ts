import type { MutationGroup } from './mutation.ts';

/** Who may see the camera, when, and by whom they were let in. */
export const ACCESS_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/access/admission.ts',
    tests: ['relay/access/admission.test.ts'],
    mutations: [
      [
        'unknown grants are refused',
        "if (!grant) return refused('invalid_grant');",
        "if (!grant) return { type: 'holds', terms: { scope: ['owner'], nbf: null, exp: null, hours: null } };",
      ],
      [
        'what descends from nobody that is there is refused',
        "if (terms === null) return refused('invalid_grant');",
        "if (terms === null) return { type: 'holds', terms: entry };",
      ],
      ['owners hold whatever the time', "if (isOwner(entry)) return { type: 'holds', terms };", ''],
      ['guests wait for the time', "if (!isTrusted) return refused('clock_unsynced');", ''],
      ['the end is an end', "if (terms.exp !== null && terms.exp <= now) return refused('expired');", ''],
      [
        'the end is exclusive',
        'if (terms.exp !== null && terms.exp <= now) return',
        'if (terms.exp !== null && terms.exp < now) return',
      ],
      [
        'the end is that of the ancestors too',
        'if (terms.exp !== null && terms.exp <= now) return',
        'if (entry.exp !== null && entry.exp <= now) return',
      ],
      [
        'the beginning is a beginning',
        "if (terms.nbf !== null && terms.nbf > now) return refused('not_yet');",
        '',
      ],
      ['the beginning is inclusive', 'terms.nbf > now', 'terms.nbf >= now'],
      [
        'the hours of the week count',
        "if (!spans.every((hours) => hours === null || isWithinHours(hours, now))) return refused('outside_hours');",
        '',
      ],
      ['the hours of the ancestors count', '[entry, ...(ancestorsOf(state, entry) ?? [])]', '[entry]'],
      ['all hours count, not one of them', 'spans.every(', 'spans.some('],
      ['the right that is asked for must be given', "return refused('not_allowed');", 'return standing;'],
      [
        'what is over by a clock that may be wrong is not over',
        'return terms === null || (isTrusted && terms.exp',
        'return terms === null || (terms.exp',
      ],
    ],
  },
  {
    file: 'relay/access/lineage.ts',
    tests: ['relay/access/lineage.test.ts', 'relay/lending/invariants.test.ts'],
    mutations: [
      [
        'an ancestor must be there',
        'if (!parent || !(isOwner(parent) ||',
        'if (!parent) return ancestors;\n    if (!(isOwner(parent) ||',
      ],
      [
        'an ancestor must be allowed to lend',
        "if (!parent || !(isOwner(parent) || parent.scope.includes('lend'))) return null;",
        'if (!parent) return null;',
      ],
      [
        'owners may lend without the right to',
        "!(isOwner(parent) || parent.scope.includes('lend'))",
        "!parent.scope.includes('lend')",
      ],
      [
        'looks are lent on so far and no further',
        'if (ancestors.push(parent) > MAX_DEPTH) return null;',
        'ancestors.push(parent);\n    if (ancestors.length > 100) return null;',
      ],
      [
        'owners descend from nobody',
        'while (!isOwner(current) && current.by !== null)',
        'while (current.by !== null)',
      ],
      [
        'rights are those of all',
        'terms.scope.filter((right) => ancestor.scope.includes(right))',
        'terms.scope',
      ],
      ['without a right nothing is held', 'if (scope.length === 0) return null;', ''],
      ['the end is the earliest of all', 'exp: earliest(terms.exp, ancestor.exp)', 'exp: terms.exp'],
      ['the earliest is not the latest', '(a ?? b) : Math.min(a, b)', '(a ?? b) : Math.max(a, b)'],
      [
        'no end is later than any',
        'return a === null || b === null ? (a ?? b) : Math.min(a, b);',
        'return a === null || b === null ? null : Math.min(a, b);',
      ],
      ['the beginning is the latest of all', 'nbf: latest(terms.nbf, ancestor.nbf)', 'nbf: terms.nbf'],
      ['hours come down', 'hours: terms.hours ?? ancestor.hours', 'hours: terms.hours'],
      ['owners narrow nothing', 'if (isOwner(ancestor)) return terms;', ''],
      [
        'a look has one root',
        '.findLast((ancestor) => !isOwner(ancestor)) ?? grant',
        '.find((ancestor) => !isOwner(ancestor)) ?? grant',
      ],
      ['descent is from whoever lent', 'if (by === gid) return true;', 'return true;'],
      ['owners are nobody’s descendants', 'current && !isOwner(current) && depth', 'current && depth'],
      [
        'descent goes on beyond the nearest',
        'current = state.grants.find((grant) => grant.gid === by);',
        'current = undefined;',
      ],
      ['other owners do not fall', 'if (isOwner(grant) || grant.by === null', 'if (grant.by === null'],
      [
        'all generations fall',
        'for (let size = 0; size !== fallen.size; ) {',
        'for (let size = 0; size === 0; ) {',
      ],
      [
        'links fall too',
        'invites: state.invites.filter(({ by }) => by !== null && fallen.has(by))',
        'invites: []',
      ],
    ],
  },
  {
    file: 'relay/access/access-list.ts',
    tests: ['relay/access/access-list.test.ts'],
    mutations: [
      [
        'a change counts when it is on disk',
        '      await save(state);\n      this.#state = state;',
        '      this.#state = state;\n      await save(state);',
      ],
      [
        'changes come one after another',
        'const turn = this.#lastChange.then(change, change);',
        'const turn = change();',
      ],
      ['listeners are told', 'for (const listener of [...this.#listeners]) listener();', ''],
      [
        'no owner, no claim',
        'return this.#state.grants.some(isOwner);',
        'return this.#state.grants.length > 0;',
      ],
    ],
  },
  {
    file: 'relay/access/allowance.ts',
    tests: ['relay/access/allowance.test.ts'],
    mutations: [
      ['it is spent', 'bucket.take(1, now);', ''],
      ['each has its own', 'this.#buckets.get(gid) ?? new', "this.#buckets.get('') ?? new"],
    ],
  },
  {
    file: 'relay/access/invite.ts',
    tests: ['relay/access/invite.test.ts'],
    mutations: [
      [
        'owners made from afar are confirmed',
        "return rights.includes('owner') && by !== null;",
        'return false;',
      ],
      [
        'guests are not asked for digits',
        "return rights.includes('owner') && by !== null;",
        'return by !== null;',
      ],
    ],
  },
  {
    file: 'relay/access/tidy.ts',
    tests: ['relay/access/tidy.test.ts'],
    mutations: [
      ['owners are never forgotten', 'isOwner(grant) || !isLongOver', '!isLongOver'],
      ['nothing is forgotten while the time is not known', 'if (!moment.isTrusted) return state;', ''],
      ['a week is a week', 'now: moment.now - KEPT_S', 'now: moment.now'],
    ],
  },
  {
    file: 'relay/storage/state-directory.ts',
    tests: ['relay/storage/state-directory.test.ts'],
    mutations: [
      [
        'a list that another process changed is not written over',
        'if (before !== null && (await readPrivateFile(path)) !== before) {',
        'if (path === before) {',
      ],
      ['a write that failed is undone', 'await this.#undo(path, { before, text });', ''],
      [
        'what is undone is put back',
        'if (before !== null) await this.#write(path, before).catch(() => null);',
        '',
      ],
      ['a damaged camera stays shut', 'names.some((name) =>', "names.some((name) => name === '' &&"],
      [
        'a camera without its list stays shut',
        'if (hasIdentity || (access !== null && access.grants.length > 0)) return false;',
        '',
      ],
    ],
  },
];
