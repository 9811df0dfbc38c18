import type { MutationGroup } from './mutation.ts';

/** Who may lend what, and take back and change what was lent. */
export const LENDING_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/lending/lend.ts',
    tests: ['relay/lending/lend.test.ts'],
    mutations: [
      [
        'who may not lend is refused',
        "if (standing.type === 'refused') return standing.code;",
        "if (standing.type === 'refused') return null;",
      ],
      ['terms are sound', "if (!isSound(invite, moment)) return 'bad_terms';", ''],
      [
        'what is lent on is one’s own',
        "if (isBeyond || isTooDeep) return 'beyond_own';",
        "if (isTooDeep) return 'beyond_own';",
      ],
      ['rights are one’s own', 'invite.scope.every((right) => rights.includes(right)) && ', ''],
      ['every right is one’s own', 'invite.scope.every(', 'invite.scope.some('],
      [
        'rights are those that all ancestors leave',
        'const { scope: rights, exp } = standing.terms;',
        'const { scope: rights } = lender;\n  const { exp } = standing.terms;',
      ],
      [
        'the end is that which all ancestors leave',
        'const { scope: rights, exp } = standing.terms;',
        'const { scope: rights } = standing.terms;\n  const { exp } = lender;',
      ],
      ['the end is within one’s own', ' && endsWithin(invite, exp))', ')'],
      ['one’s own end is still within', 'invite.exp <= exp;', 'invite.exp < exp;'],
      [
        'it goes so deep and no deeper',
        "if (isBeyond || isTooDeep) return 'beyond_own';",
        "if (isBeyond) return 'beyond_own';",
      ],
      [
        'an owner lends so much',
        ' || entries.filter(({ by }) => by === lender.gid).length >= MAX_LENT;',
        ';',
      ],
      ['a look is lent on so often', ' || countOf(state, rootOf(state, lender)) >= MAX_LENT', ''],
      ['that counts all hands', 'countOf(state, rootOf(state, lender))', 'countOf(state, lender)'],
      [
        'that counts what was taken back',
        'const gone = withdrawn.map(({ entry }) => entry);',
        'const gone: (typeof withdrawn)[number]["entry"][] = [];',
      ],
      [
        'owners have room',
        'entries.length >= MAX_ENTRIES - OWNERS_ENTRIES ||',
        'entries.length >= MAX_ENTRIES ||',
      ],
      [
        'that is what this owner has lent',
        'entries.filter(({ by }) => by === lender.gid).length',
        'entries.length',
      ],
      ['the list takes so many', 'return entries.length >= MAX_ENTRIES ||', 'return'],
      ['a full list is full', "if (isFull(state, lender)) return 'too_many';", ''],
      ['names are given once', "return isTaken ? 'bad_terms' : null;", 'return null;'],
      [
        'names of grants are taken',
        ' || grants.some(({ gid }) => gid === id);\n  return isTaken',
        ';\n  return isTaken',
      ],
      ['names of links are taken', 'gone || invites.some((each) => each.id === id) ||', 'gone ||'],
      [
        'what was taken back is not lent again',
        "if (gone && lentOf(gone).by === by) return 'withdrawn';",
        'if (gone && lentOf(gone).by === by) return null;',
      ],
      [
        'nobody learns what became of the links of others',
        'if (gone && lentOf(gone).by === by)',
        'if (gone)',
      ],
      [
        'whoever asks again is who asked',
        'each.id === id && each.by === by && each.secret === secret',
        'each.id === id && each.secret === secret',
      ],
      [
        'whoever asks again has the secret',
        'each.id === id && each.by === by && each.secret === secret',
        'each.id === id && each.by === by',
      ],
      [
        'grants of others are not one’s own loan',
        'state.grants.some((each) => each.gid === id && each.by === by)',
        'state.grants.some((each) => each.gid === id)',
      ],
      [
        'a link is good in the future',
        'isTrusted && (openUntil <= now || openUntil',
        'isTrusted && (openUntil',
      ],
      ['a link is good for a month', ' || openUntil > now + MAX_OPEN_S)', ')'],
      ['an owner has no other right', 'return scope.length === 1 && [nbf', 'return [nbf'],
      [
        'an owner has no limits',
        'return scope.length === 1 && [nbf, exp, duration, hours].every((term) => term === null);',
        'return scope.length === 1;',
      ],
      ['guests take the camera from nobody', 'if (isTransfer || (exp', 'if ((exp'],
      ['guests have one end', ' || (exp === null) === (duration === null)) return false;', ') return false;'],
      ['the end is in the future', 'return !(isTrusted && end <= now) && end', 'return end'],
      ['the end is within two years', '&& end <= latest &&', '&&'],
      [
        'the end is before all calendars',
        'isTrusted ? now + MAX_AHEAD_S : MAX_NUMERIC_DATE',
        'isTrusted ? now + MAX_AHEAD_S : Number.POSITIVE_INFINITY',
      ],
      ['a beginning counts towards the end', 'Math.max(now, nbf ?? now) + (duration', 'now + (duration'],
      ['the beginning is before the end', ' && (exp === null || nbf === null || nbf < exp);', ';'],
      [
        'a link is good no longer than what it gives',
        'exp === null ? open_until : Math.min(open_until, exp)',
        'open_until',
      ],
    ],
  },
  {
    file: 'relay/lending/revoke.ts',
    tests: ['relay/lending/revoke.test.ts', 'relay/lending/invariants.test.ts'],
    mutations: [
      [
        'guests take back what is theirs',
        "if (!isOwner(actor) && !isOwn && !isDescendant(state, entry, actor.gid)) return { result: 'not_found' };",
        '',
      ],
      ['guests take back what was lent on', ' && !isDescendant(state, entry, actor.gid)) return', ') return'],
      [
        'guests give back their own',
        '!isOwner(actor) && !isOwn && !isDescendant',
        '!isOwner(actor) && !isDescendant',
      ],
      ['one owner stays', "if (isLastOwner(state, id)) return { result: 'last_owner' };", ''],
      [
        'the last owner is that one',
        'return owners.length === 1 && owners[0]?.gid === id;',
        'return owners.length === 1;',
      ],
      [
        'all that was lent falls',
        'const fallen = descendantsOf(state, id);',
        'const fallen: ReturnType<typeof descendantsOf> = { grants: [], invites: [] };',
      ],
      [
        'what falls is remembered',
        'withdrawn: [...state.withdrawn, ...withdrawn].slice(-MAX_WITHDRAWN)',
        'withdrawn: state.withdrawn',
      ],
      ['so much is remembered', '.slice(-MAX_WITHDRAWN)', ''],
      ['the latest is remembered', '.slice(-MAX_WITHDRAWN)', '.slice(0, MAX_WITHDRAWN)'],
      [
        'strangers learn not what is gone',
        "gone && (isOwner(actor) || lentOf(gone).by === actor.gid) ? 'done'",
        "gone ? 'done'",
      ],
      [
        'whoever did it is written down',
        'return withdraw(state, id, { at: now, by: actor.gid });',
        'return withdraw(state, id, { at: now, by: null });',
      ],
    ],
  },
  {
    file: 'relay/lending/amend.ts',
    tests: ['relay/lending/amend.test.ts'],
    mutations: [
      [
        'nobody changes their own terms',
        "if (isOwn) return isNameOnly ? null : 'not_allowed';",
        'if (isOwn) return null;',
      ],
      [
        'own names can be changed',
        "if (isOwn) return isNameOnly ? null : 'not_allowed';",
        "if (isOwn) return 'not_allowed';",
      ],
      ['rights are more than a name', 'change.scope === undefined && change.exp', 'change.exp'],
      ['an end is more than a name', 'change.exp === undefined && change.hours', 'change.hours'],
      ['hours are more than a name', ' && change.hours === undefined;', ';'],
      ['guests change what they lent', "if (!isDescendant(state, entry, actor.gid)) return 'not_found';", ''],
      [
        'guests change in their time',
        "if (standing.type === 'refused') return standing.code;",
        "if (standing.type === 'refused') return null;",
      ],
      ['rights are one’s own', 'change.scope?.some((right) => !scope.includes(right)) ||', ''],
      [
        'the end is within one’s own',
        ' ||\n      (exp !== null && change.exp !== undefined && change.exp > exp);',
        ';',
      ],
      [
        'one’s own are what the ancestors leave',
        'const { scope, exp } = standing.terms;',
        'const { scope, exp } = actor;',
      ],
      ['going beyond is refused', "if (isBeyond) return 'beyond_own';", ''],
      [
        'what is so already is not written',
        "if (isAlike([amendedGrant, amendedInvite], [grant, invite])) return { result: 'done' };",
        '',
      ],
      ['owners have no terms to change', 'return isOwner(entry) || !isSound', 'return !isSound'],
      ['terms are sound', " || !isSound(entry, change, moment) ? 'bad_terms'", " ? 'bad_terms'"],
      ['owners are not made by a change', "if (scope.includes('owner')) return false;", ''],
      ['the end is in the future', 'if (isTrusted && (exp <= now || exp', 'if (isTrusted && (exp'],
      ['the end is within two years', ' || exp > now + MAX_AHEAD_S)) return false;', ')) return false;'],
      ['the beginning is before the end', 'return entry.nbf === null || entry.nbf < exp;', 'return true;'],
      [
        'a link is good no longer than what it gives',
        'openUntil: Math.min(invite.openUntil, change.exp)',
        'openUntil: invite.openUntil',
      ],
      [
        'a link with an end has no duration',
        'return { ...amended, duration: null, openUntil',
        'return { ...amended, openUntil',
      ],
    ],
  },
  {
    file: 'relay/lending/list.ts',
    tests: ['relay/lending/list.test.ts'],
    mutations: [
      ['guests see what is theirs', 'if (isOwner(reader)) return state;', 'return state;'],
      [
        'guests see no grants of others',
        'grant === reader || isDescendant(state, grant, reader.gid)',
        'grant !== null',
      ],
      [
        'guests see no links of others',
        'state.invites.filter((invite) => isDescendant(state, invite, reader.gid))',
        'state.invites',
      ],
      [
        'guests see not what was taken back from others',
        'state.withdrawn.filter((gone) => lentOf(gone).by === reader.gid)',
        'state.withdrawn',
      ],
      ['pages fit', 'return room < 0;', 'return false;'],
    ],
  },
  {
    file: 'relay/lending/lending.ts',
    tests: ['relay/lending/lending.test.ts'],
    mutations: [
      [
        'whoever lends may lend',
        "this.#change(incoming, 'lend', (state, actor, moment) =>\n      this.#early",
        'this.#change(incoming, null, (state, actor, moment) =>\n      this.#early',
      ],
      [
        'what was taken back before it came stays so',
        'this.#early.has(actor.gid, id)',
        'this.#early.has(id, id)',
      ],
      [
        'whoever takes back may lend',
        "const right = id === incoming.channel.entryId ? null : 'lend';",
        'const right = null;',
      ],
      [
        'everybody may give back their own',
        "const right = id === incoming.channel.entryId ? null : 'lend';",
        "const right = 'lend';",
      ],
      [
        'whoever changes may lend',
        "this.#change(incoming, 'lend', (state, actor, moment) =>\n      this.#ration(",
        'this.#change(incoming, null, (state, actor, moment) =>\n      this.#ration(',
      ],
      ['guests change so often', "if (this.#changes.isSpent(gid)) return { result: 'busy' };", ''],
      [
        'owners change as they like',
        'if (change.state === undefined || isOwner(actor)) return change;',
        'if (change.state === undefined) return change;',
      ],
      [
        'what changes nothing costs nothing',
        'if (change.state === undefined || isOwner(actor)) return change;',
        'if (isOwner(actor)) return change;',
      ],
      [
        'whoever lists may lend',
        "actorOf(access.state, incoming, 'lend', moment())",
        'actorOf(access.state, incoming, null, moment())',
      ],
      [
        'the log is for owners',
        "actorOf(access.state, incoming, 'owner', moment())",
        "actorOf(access.state, incoming, 'lend', moment())",
      ],
      [
        'whoever is gone is refused',
        "if (!actor) return 'invalid_grant';",
        "if (!actor) return state.grants[0] ?? 'invalid_grant';",
      ],
      [
        'who asks is asked for in turn',
        'const actor = actorOf(state, incoming, right, now);',
        'const actor = actorOf(this.#options.access.state, incoming, null, now);',
      ],
      ['what is not stored is not done', "return 'not_stored';", "return 'done';"],
    ],
  },
  {
    file: 'relay/lending/enforcement.ts',
    tests: ['relay/lending/enforcement.test.ts'],
    mutations: [
      [
        'sessions are looked at again and again',
        'clock.every(REVIEW_PERIOD_MS, () => this.#options.review()),',
        '',
      ],
      [
        'a picture ends within a second',
        'export const REVIEW_PERIOD_MS = 250;',
        'export const REVIEW_PERIOD_MS = 2_000;',
      ],
      ['channels are looked at again and again', 'clock.every(SYNC_PERIOD_MS, () => this.#sync()),', ''],
      ['what is long over is forgotten', 'clock.every(TIDY_PERIOD_MS, () => this.#tidy()),', ''],
      ['a change counts at once', 'access.onChange(() => this.#apply()),', ''],
      ['sessions end at once', '    this.#options.review();\n    this.#sync();', '    this.#sync();'],
      ['a change has another number', '  #apply(): void {\n    this.#revision += 1;', '  #apply(): void {'],
      ['nothing begins after the end', 'if (this.#isClosed) return;', ''],
    ],
  },
];
