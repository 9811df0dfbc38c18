import type { MutationGroup } from './mutation.ts';

/** Who is let in by a code or a link. */
export const PAIRING_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/pairing/redeem.ts',
    tests: ['relay/pairing/redeem.test.ts'],
    mutations: [
      [
        'a link is used once',
        '  const taken = state.grants.find(({ gid }) => gid === id);\n  if (taken) return { result: again(taken, phone, moment) };',
        '',
      ],
      [
        'a used link is for the phone that used it',
        'const isSame = grant.jkt === phone.thumbprint && ',
        'const isSame = ',
      ],
      ['a used link is for a while', ' && now <= grant.invite.openUntil;', ';'],
      [
        'a used link is for no longer than an hour',
        'Math.min(invite.openUntil, now + RETRY_S)',
        'invite.openUntil',
      ],
      [
        'unknown links are refused',
        "if (!invite) return { result: refused('invalid_grant') };",
        "if (!invite) return { result: { type: 'granted', grant: state.grants[0] ?? ({} as Grant) } };",
      ],
      [
        'guests wait for the time',
        "if (!isOwner(invite) && !moment.isTrusted) return { result: refused('clock_unsynced') };",
        '',
      ],
      ['owners do not', 'if (!isOwner(invite) && !moment.isTrusted)', 'if (!moment.isTrusted)'],
      [
        'a link runs out',
        "if (isTimed && moment.now > invite.openUntil) return { result: refused('expired') };",
        '',
      ],
      ['a link runs out as far as that is known', 'if (isTimed && moment.now', 'if (moment.now'],
      [
        'a code of the camera runs out by its own clock',
        'const isTimed = moment.isTrusted || invite.by === null;',
        'const isTimed = moment.isTrusted;',
      ],
      [
        'a link gives what is not over',
        "if (isOver(state, grant, moment)) return { result: refused('expired') };",
        '',
      ],
      [
        'a used link is gone',
        'const invites = state.invites.filter((each) => each !== invite);',
        'const { invites } = state;',
      ],
      [
        'a transfer takes from the old owner',
        'invite.isTransfer ? handOver(added, invite.by, grant, moment) : added',
        'added',
      ],
      [
        'only a transfer does',
        'invite.isTransfer ? handOver(added, invite.by, grant, moment) : added',
        'handOver(added, invite.by, grant, moment)',
      ],
      [
        'a transfer leaves no other link for an owner',
        'lent.by === from && !isOwner(lent) ?',
        'lent.by === from ?',
      ],
      [
        'a transfer gives the guests',
        'lent.by === from && !isOwner(lent) ? { ...lent, by: gid } : lent',
        'lent',
      ],
      [
        'a claim is used once',
        '  const taken = state.grants.find(({ gid }) => gid === invite.id);\n  if (taken) return { result: again(taken, phone, moment) };',
        '',
      ],
      [
        'a claimed camera is not claimed',
        "if (state.grants.some(isOwner)) return { result: refused('invalid_grant') };",
        '',
      ],
      [
        'a duration counts from the beginning',
        'const begin = Math.max(now, nbf ?? now);',
        'const begin = now;',
      ],
      ['a duration ends', 'exp: duration === null ? invite.exp : begin + duration', 'exp: invite.exp'],
      [
        'the key is that of the phone',
        'jkt: phone.thumbprint, jwk: phone.jwk',
        "jkt: 'A'.repeat(43), jwk: phone.jwk",
      ],
      ['the secret is a new one', 'psk: randomBase64url(GRANT_SECRET_BYTES)', "psk: 'A'.repeat(43)"],
    ],
  },
  {
    file: 'relay/pairing/redeeming.ts',
    tests: ['relay/pairing/redeeming.test.ts'],
    mutations: [
      [
        'what was taken back is refused',
        "if (state.withdrawn.some((each) => withdrawnId(each) === id)) return this.#refuse(id, phone, 'withdrawn');",
        '',
      ],
      [
        'no digits are shown for what is over',
        "if (outlook.type === 'refused') return this.#refuse(id, phone, outlook.code);",
        '',
      ],
      [
        'a code of the camera is over when its timer says so',
        "if (invite && claiming.isOver(invite)) return this.#refuse(id, phone, 'expired');",
        '',
      ],
      ['an owner needs the digits', "if (refusal !== null) return { type: 'refused', code: refusal };", ''],
      [
        'an owner made from afar needs them',
        'const isConfirmed = invite !== undefined && needsConfirmation(invite);',
        'const isConfirmed = false;',
      ],
      ['digits are good for once', 'if (isConfirmed) confirmation.end(id);', ''],
      [
        'whoever guesses loses the link',
        '? { state: without(state, invite.id, { at: moment().now, by: null }), result: null }',
        '? { result: null }',
      ],
      [
        'the first alone is told',
        "code: this.#firstHolders.get(id) === thumbprint ? code : 'invalid_grant'",
        'code',
      ],
      ['the first is the first', 'if (!this.#firstHolders.has(id) && this', 'if (this'],
      [
        'the channel is open before the phone is told',
        'await this.#options.onGranted(outcome.grant.gid);',
        '',
      ],
      [
        'the list is as it is when the turn comes',
        'await access.change((current) => redeemLent(current, id, phone, moment()));',
        'await access.change(() => redeemLent(state, id, phone, moment()));',
      ],
      [
        'claims are claims',
        'if (claim) return access.change((state) => redeemClaim(state, claim, phone, moment()));',
        '',
      ],
    ],
  },
  {
    file: 'relay/pairing/confirmation.ts',
    tests: ['relay/pairing/confirmation.test.ts'],
    mutations: [
      [
        'digits are for the phone that asked',
        "if (asked.phone !== phone.thumbprint) return 'invalid_grant';",
        '',
      ],
      [
        'digits are needed',
        "if (code === undefined) return 'needs_code';",
        "if (code === undefined) return 'confirmed';",
      ],
      [
        'digits are right',
        "return isSameCode(code, asked.code) ? 'confirmed' : this.#miss(id);",
        "return 'confirmed';",
      ],
      [
        'digits are six',
        'return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));',
        'return b.startsWith(a.slice(0, 6));',
      ],
      ['guesses are counted', 'this.#wrong.set(id, this.#wrongOf(id) + 1);', ''],
      ['what has failed stays so', "if (this.#wrongOf(id) >= MAX_WRONG) return 'failed';", ''],
      ['guesses are counted over all invites', "if (this.#guesses >= MAX_GUESSES) return 'busy';", ''],
      ['so many are heard', 'export const MAX_GUESSES = 12;', 'export const MAX_GUESSES = 12_000;'],
      ['they are forgotten by a timer', 'this.#guesses -= 1;', 'this.#guesses = 0;'],
      ['three guesses are the last', 'const MAX_WRONG = 3;', 'const MAX_WRONG = 4;'],
      [
        'guesses are counted though digits change',
        'this.#options.clock.after(CODE_LIMIT_MS, () => this.#forget(id))',
        'this.#options.clock.after(CODE_LIMIT_MS, () => this.end(id))',
      ],
      [
        'digits are good for five minutes',
        'const cancelTimeout = this.#options.clock.after(CODE_LIMIT_MS, () => this.#forget(id));',
        'const cancelTimeout = () => undefined;',
      ],
      [
        'digits stay the same while they are asked for',
        'const asked = this.#asked.get(id) ?? this.#ask(id, phone);',
        'const asked = this.#ask(id, phone);',
      ],
    ],
  },
  {
    file: 'relay/pairing/claiming.ts',
    tests: ['relay/pairing/claiming.test.ts', 'relay/pairing/claiming-code.test.ts'],
    mutations: [
      ['a code runs out', '      this.#forget(id);\n      onOver();', '      onOver();'],
      ['a code on the list runs out by a timer', 'if (!this.#isClosed) this.#limit(invite);', ''],
      [
        'a code on the list is over when its timer says so',
        'return isCode(invite) && !this.#timers.has(invite.id);',
        'return false;',
      ],
      ['codes of others are not over', 'return isCode(invite) && !this', 'return !this'],
      [
        'so many codes are good',
        'for (const { id } of this.invites.slice(0, 1 - MAX_CODES)) this.#forget(id);',
        '',
      ],
      [
        'so many codes are on the list',
        'const gone = codes.slice(0, 1 - MAX_CODES);',
        'const gone = codes.slice(0, 0);',
      ],
      [
        'a claimed camera shows no more codes',
        'this.#stops.push(access.onChange(() => access.isClaimed && this.#endRenewal()));',
        '',
      ],
      ['a claimed camera shows none at its start', 'if (access.isClaimed) return display.showOwned();', ''],
      [
        'a code of a claimed camera is in the list',
        'const isFirst = !access.isClaimed;',
        'const isFirst = true;',
      ],
      ['a closed camera shows none', 'if (!this.#isClosed) this.#options.display', 'this.#options.display'],
      [
        'a closed camera opens none',
        '    if (this.#isClosed) return;\n    const { onChange }',
        '    const { onChange }',
      ],
    ],
  },
];
