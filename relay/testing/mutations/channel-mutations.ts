import type { MutationGroup } from './mutation.ts';

const SERVER_TESTS = ['relay/channels/channel-server.test.ts', 'relay/channels/served-channel.test.ts'];

/** What is heard, and from whom. */
export const CHANNEL_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/channels/freshness.ts',
    tests: ['relay/channels/freshness.test.ts'],
    mutations: [
      ['old nonces are stale', "if (!period) return 'stale';", "if (!period) return 'fresh';"],
      ['a message counts once', "if (seen.has(jti)) return 'replayed';", ''],
      ['the memory is bounded', "if (seen.size >= MAX_REMEMBERED) return 'stale';", ''],
      ['the memory is of what came', 'period.seen.set(channelId, seen.add(jti));', ''],
      [
        'each channel has its own memory',
        'const seen = period.seen.get(channelId) ?? new Set();',
        "const seen = period.seen.get('') ?? new Set();\n    period.seen.set('', seen);",
      ],
      ['the nonce before is good', '[this.#current, this.#previous].find', '[this.#current].find'],
      [
        'the nonce before keeps its memory',
        'this.#previous = this.#current;',
        'this.#previous = { ...this.#current, seen: new Map() };',
      ],
    ],
  },
  {
    file: 'relay/channels/seal-check.ts',
    tests: ['relay/channels/seal-check.test.ts'],
    mutations: [
      ['what is too large is not opened', 'if (payload.byteLength > MAX_ENVELOPE_BYTES) return false;', ''],
      ['the seal holds', '  } catch {\n    return false;', '  } catch {\n    return true;'],
      [
        'the header is sealed too',
        ".setAAD(Buffer.from(header, 'latin1'))",
        ".setAAD(Buffer.from('', 'latin1'))",
      ],
      [
        'a seal is of its length',
        'if (nonce.byteLength !== IV_BYTES || seal.byteLength !== TAG_BYTES) return false;',
        '',
      ],
    ],
  },
  {
    file: 'relay/channels/channel-server.ts',
    tests: SERVER_TESTS,
    mutations: [
      [
        'so much is looked at',
        "if (!channel.intake.takes(answer ? 'session' : 'broker', this.#options.clock.nowMs())) return;",
        '',
      ],
      [
        'a broker shuts no session out',
        "channel.intake.takes(answer ? 'session' : 'broker',",
        "channel.intake.takes('broker',",
      ],
      ['a flood is a queue', ' || channel.pending >= MAX_PENDING', ''],
      ['the seal is checked first', ' || !isSealedWith(key, payload)) return;', ') return;'],
      [
        'who ended meanwhile is not heard',
        '    if (!channel.isLive) return;\n    const reply',
        '    const reply',
      ],
      ['a replay is not handed on', "if (verdict === 'replayed') return;", ''],
      [
        'a stale request is not handed on',
        "if (verdict === 'stale') {",
        "if (verdict === 'stale' && message.type === 'redeem') {",
      ],
      [
        'a sender is the one that is known',
        'sender: spec.sender };',
        "sender: { type: 'introduced' as const } };",
      ],
      [
        'greetings are nobody’s request',
        "if (message.type === 'hello') {",
        "if (message.type === 'hello' && spec.kind === 'invite') {",
      ],
      ['a greeting is no sign of life', '    this.#options.onHeard?.(spec);\n    await', '    await'],
      [
        'what comes by another way is for its own channel',
        'spec.kind === kind && spec.entryId === entryId',
        'spec.kind === kind',
      ],
      ['channels that are not wanted close', 'if (!wanted.has(secret)) this.#close(secret, channel);', ''],
      [
        'what has changed is said',
        'else if (channel.isClosed || !isSame(channel.spec, spec)) channel.apply(spec);',
        '',
      ],
      ['a closed channel is opened again', 'else if (channel.isClosed || !isSame', 'else if (!isSame'],
      [
        'what failed is tried again',
        "if (channel.hasFailed && this.#options.rendezvous.state === 'online') channel.follow();",
        '',
      ],
      [
        'while the broker is away nothing is tried',
        "if (channel.hasFailed && this.#options.rendezvous.state === 'online')",
        'if (channel.hasFailed)',
      ],
      ['nothing is served after the end', 'if (this.#isShutDown) return;', ''],
      [
        'what was closed is taken back at the end',
        'if (channel.isClosed) return channel.clear({ timeoutMs });',
        '',
      ],
      [
        'a broker that was away is told all again',
        "rendezvous.onStateChange((state) => state === 'online' && this.#announceAll()),",
        '',
      ],
    ],
  },
  {
    file: 'relay/channels/served-channel.ts',
    tests: SERVER_TESTS,
    mutations: [
      [
        'a closed channel is not live',
        'return !this.#isClosed && !this.#isAbandoned',
        'return !this.#isAbandoned',
      ],
      [
        'an abandoned channel is not live',
        'return !this.#isClosed && !this.#isAbandoned &&',
        'return !this.#isClosed &&',
      ],
      ['a channel that has ended is not live', " && this.#spec.standing.type === 'live';", ';'],
      [
        'what has ended is listened to no more, at once',
        '    if (!this.isLive) this.#stopListening();\n',
        '',
      ],
      [
        'what is closed is listened to no more',
        '    this.#isClosed = true;\n    this.#stopListening();',
        '    this.#isClosed = true;',
      ],
      [
        'what is abandoned is listened to no more',
        '    this.#isAbandoned = true;\n    this.#stopListening();',
        '    this.#isAbandoned = true;',
      ],
      [
        'an announcement does not come after what is said now',
        'if (spec !== this.#spec || this.#isClosed || this.#isAbandoned) return;',
        '',
      ],
      [
        'a run takes along what is asked before it looks',
        'if (this.#isDue || this.#isAbandoned) return;',
        'if (this.#isAbandoned) return;',
      ],
      [
        'a closed channel leaves nothing',
        'if (this.#isClosed) return this.clear();',
        'if (this.#isClosed) return;',
      ],
      ['waiting for the broker is given up', 'this.#subscribing?.abort();', ''],
      [
        'what is subscribed to is what is wanted',
        'while (this.isLive !== (this.#unsubscribe !== null)) {',
        'if (this.isLive !== (this.#unsubscribe !== null)) {',
      ],
      ['what failed is known', '      this.#hasFailed = true;', ''],
    ],
  },
  {
    file: 'relay/channels/channel-specs.ts',
    tests: ['relay/channels/channel-specs.test.ts'],
    mutations: [
      [
        'what holds nothing has ended',
        "if (terms === null) return { type: 'ended', reason: 'revoked' };",
        "if (terms === null) return standingOf(state, { ...grant, scope: ['owner'] }, moment, { cameraName, iceServersFor, revision });",
      ],
      [
        'what is over has ended',
        "if (!isOwner(grant) && isOver(state, grant, moment)) return { type: 'ended', reason: 'expired' };",
        '',
      ],
      [
        'what was taken back has ended',
        ": grantChannel(entry.grant, { type: 'ended', reason: 'revoked' }),",
        ': grantChannel(entry.grant, standingOf(state, entry.grant, moment, surroundings)),',
      ],
      [
        'a used link is closed in the end',
        'invite !== null && invite.openUntil >= moment.now',
        'invite !== null',
      ],
      [
        'a grant’s channel is for its key',
        "sender: { type: 'known', jwk }, holder: jkt",
        "sender: { type: 'introduced' }, holder: jkt",
      ],
      [
        'strangers learn no name',
        'presence: { name: INVITE_NAME, ice_servers: [] }',
        "presence: { name: 'Kitchen', ice_servers: [] }",
      ],
      [
        'how often the list has changed is for those who may lend',
        '...(mayLend ? { revision } : {})',
        'revision',
      ],
    ],
  },
  {
    file: 'relay/request-router.ts',
    tests: ['relay/request-router.test.ts'],
    mutations: [
      [
        'an invite is for pairing alone',
        "if (channel.kind === 'invite') return redeeming.handle(incoming);",
        '',
      ],
      ['a grant redeems nothing', 'return; // Whoever', 'return redeeming.handle(incoming); // Whoever'],
    ],
  },
];
