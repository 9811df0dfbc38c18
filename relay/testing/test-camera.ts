import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numericDateOf } from '#shared/clock.ts';
import type { Identity } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { GrantTerms } from '#shared/terms.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { type AccessState, encodeAccessState, NO_ACCESS, parseAccessState } from '../access/access-state.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { type Relay, startRelay } from '../relay.ts';
import { FakePeer } from './fake-peer.ts';
import { FakeSource } from './fake-source.ts';
import type { PhoneChannel } from './phone-channel.ts';
import { SettledTime } from './settled-time.ts';
import { TestDisplay } from './test-display.ts';
import { TestPhone } from './test-phone.ts';

/** A phone that was let in, on the channel of its grant. */
export interface Holder {
  readonly phone: TestPhone;
  readonly terms: GrantTerms;
  readonly channel: PhoneChannel;
}

/** A phone with a link, on the channel of its invite. */
export interface Visitor {
  readonly phone: TestPhone;
  readonly channel: PhoneChannel;
}

type LoanTerms = Parameters<PhoneChannel['lend']>[0];

/** A whole camera, and the phones around it, but for lens, disk and network: a test says what those do. */
export class TestCamera {
  readonly broker = createMemoryBroker();
  readonly clock = new FakeClock();
  readonly display = new TestDisplay();
  readonly source = new FakeSource();
  readonly peers: FakePeer[] = [];
  readonly journal: string[] = [];
  readonly identity: Identity;
  readonly time = new SettledTime();
  /** What the disk does before it takes what it is given; a test makes it fail or wait. */
  onSave: () => Promise<void> = async () => undefined;
  /** What takes its time before a viewer's offer is answered. */
  untilAnswer: () => Promise<void> = async () => undefined;
  /** Of what is not the access list: that is kept in memory, where a test can look at it. */
  readonly #directory = mkdtempSync(join(tmpdir(), 'latchkey-camera-'));
  #stored = encodeAccessState(NO_ACCESS);
  #relay: Relay | null = null;

  private constructor(identity: Identity) {
    this.identity = identity;
  }

  /** A new camera that shows its code. */
  static async start(): Promise<TestCamera> {
    const camera = new TestCamera(await createIdentity({ extractable: false }));
    await camera.restart();
    return camera;
  }

  /** Stops it, and starts it again from its disk. */
  async restart(): Promise<void> {
    await this.#close();
    const { clock, display, source, journal, time } = this;
    this.#relay = await startRelay({
      ...{ config: loadConfig({ LATCHKEY_NAME: 'Kitchen' }), clock, display, source, time },
      rendezvous: this.broker.connect(),
      log: createLog((line) => journal.push(line)),
      state: {
        path: this.#directory,
        reset: async () => true,
        open: async () => ({ identity: this.identity, access: this.saved }),
        saveAccess: async (state) => {
          await this.onSave();
          this.#stored = encodeAccessState(state);
        },
      },
      loadPeers: async () => () => {
        const peer = new FakePeer(() => this.untilAnswer());
        this.peers.push(peer);
        return peer;
      },
    });
  }

  async stop(): Promise<void> {
    await this.#close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** What is on the disk. */
  get saved(): AccessState {
    return parseAccessState(this.#stored);
  }

  /** NumericDate. */
  get now(): number {
    return numericDateOf(this.clock);
  }

  createPhone(): Promise<TestPhone> {
    return TestPhone.create(this.broker.connect(), () => this.now);
  }

  /** Opens the link with this secret; that of the code on the display unless given. */
  async visit(secret = this.shownSecret, who?: TestPhone): Promise<Visitor> {
    const phone = who ?? (await this.createPhone());
    return { phone, channel: await phone.open(secret, this.identity, { introduce: true }) };
  }

  /** The secret of the code on the display. */
  get shownSecret(): string {
    return parseInviteLink(this.display.links.at(-1) ?? '').secret;
  }

  /** Redeems, once more where the nonce was too old: the terms, or the code of the refusal. */
  async redeem({ phone, channel }: Visitor, options: { name?: string; code?: string } = {}) {
    const said = await phone.redeem(channel, options.name, options.code);
    return said === 'use_nonce' ? phone.redeem(channel, options.name, options.code) : said;
  }

  /** A phone that redeems the link with this secret, with the digits on the display where it needs them. */
  async accept(secret: string, name = 'Phone'): Promise<Holder> {
    const visitor = await this.visit(secret);
    let terms = await this.redeem(visitor, { name });
    if (terms === 'needs_code') {
      const [, code = ''] = this.display.confirmations.at(-1) ?? [];
      terms = await this.redeem(visitor, { name, code });
    }
    if (typeof terms === 'string') throw new TypeError(`not let in: ${terms}`);
    const { phone } = visitor;
    return { phone, terms, channel: await this.open(terms, phone) };
  }

  /** The first owner. */
  claim(name = 'Anna’s phone'): Promise<Holder> {
    return this.accept(this.shownSecret, name);
  }

  /** Somebody whom `lender` lends to, and who accepts. */
  async letIn(lender: Holder, terms: LoanTerms = {}): Promise<Holder> {
    const { secret, said } = await lender.channel.lend(terms);
    if (said !== 'done') throw new TypeError(`not lent: ${said}`);
    return this.accept(secret, terms.name);
  }

  /** The channel of a grant, as a phone that knows of it opens it. */
  open({ psk }: GrantTerms, phone: TestPhone): Promise<PhoneChannel> {
    return phone.open(psk, this.identity, { introduce: false });
  }

  /** What the camera answers to an offer: `answer`, or the code of the refusal. */
  async offer({ channel }: Pick<Holder, 'channel'>, sid = TestPhone.sessionId()): Promise<string> {
    const answer = await channel.ask((nonce) => ({ type: 'offer', body: { nonce, sid, sdp: 'offer' } }));
    return answer.type === 'refused' ? answer.body.code : answer.type;
  }

  /** A phone that watches: the camera's end of its connection. */
  async watch(holder: Pick<Holder, 'channel'>): Promise<FakePeer> {
    const said = await this.offer(holder);
    const peer = this.peers.at(-1);
    if (said !== 'answer' || !peer) throw new TypeError(`not shown: ${said}`);
    peer.become('connected');
    return peer;
  }

  /** Whether pictures reach a viewer. */
  shows(peer: FakePeer): boolean {
    const before = peer.units.length;
    this.source.show();
    return peer.units.length > before;
  }

  async #close(): Promise<void> {
    await this.#relay?.close();
    this.#relay = null;
  }
}
