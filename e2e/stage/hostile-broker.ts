import { type Channel, deriveChannel } from '#shared/channel.ts';
import { type Identity, sealMessage } from '#shared/envelope.ts';
import { createIdentity } from '#shared/identity.ts';
import type { Message } from '#shared/message.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { openRendezvous } from '../../relay/rendezvous/mqtt-rendezvous.ts';
import { type Unsealed, unseal } from './unsealed.ts';

/** What a message on the way down is sealed with. */
interface Forgery {
  readonly audience: string;
  /** Whose name and key it carries. Default the attacker's own. */
  readonly as?: Identity;
  /** Brings its key along, as on an invite's channel. Default false. */
  readonly introduce?: boolean;
  readonly retain?: boolean;
}

/**
 * Somebody at the broker who moreover knows a channel's secret: who can hear, replace and repeat everything on it,
 * and lacks only the two signing keys.
 */
export class HostileBroker implements AsyncDisposable {
  readonly identity: Identity;
  /** What the camera sent so far, as it was. */
  readonly recorded: Uint8Array[] = [];
  /** What the phone sent so far. */
  readonly overheard: Unsealed[] = [];
  /** The same, as it was. */
  readonly #sent: Uint8Array[] = [];
  readonly #rendezvous: Rendezvous;
  readonly #lanes: Channel;
  #wake = Promise.withResolvers<void>();

  private constructor(identity: Identity, rendezvous: Rendezvous, lanes: Channel) {
    this.identity = identity;
    this.#rendezvous = rendezvous;
    this.#lanes = lanes;
  }

  /** Listens in on the channel of `secret` to the camera called `camera`. */
  static async open(brokerUrl: string, secret: string, camera: string): Promise<HostileBroker> {
    const identity = await createIdentity({ extractable: false });
    const lanes = await deriveChannel(secret, camera);
    const rendezvous = openRendezvous([{ url: brokerUrl }]);
    const broker = new HostileBroker(identity, rendezvous, lanes);
    await rendezvous.subscribe(lanes.down.topic, (payload) => broker.#record(payload));
    await rendezvous.subscribe(lanes.up.topic, (payload) => void broker.#overhear(payload));
    return broker;
  }

  /** Signs as somebody, by default itself, and sends to the phone. */
  async forge(
    message: Message,
    { audience, as = this.identity, introduce = false, retain = false }: Forgery,
  ) {
    const lane = this.#lanes.down;
    const issuedAt = Math.floor(Date.now() / 1000);
    const { payload } = await sealMessage(message, { identity: as, audience, lane, introduce, issuedAt });
    await this.send(payload, retain);
  }

  /** Sends bytes to the phone. */
  async send(payload: Uint8Array, retain = false): Promise<void> {
    await this.#rendezvous.publish(this.#lanes.down.topic, payload, { retain });
  }

  /** Sends everything to the camera again that the phone has sent, the newest first: what was changed back would stand again. */
  async replay(): Promise<void> {
    for (const payload of this.#sent.toReversed()) {
      await this.#rendezvous.publish(this.#lanes.up.topic, payload);
    }
  }

  /** Repeats a greeting, which is always answered: so the camera has dealt with all that came on this channel before. */
  async settled(): Promise<void> {
    const index = this.overheard.findIndex(({ message }) => message.type === 'hello');
    const [greeting, payload] = [this.overheard[index], this.#sent[index]];
    if (!greeting || !payload) throw new Error('the phone has greeted nobody');
    const answers = await this.#answersTo(greeting.hash);
    await this.#rendezvous.publish(this.#lanes.up.topic, payload);
    for (;;) {
      // Before it is counted: an answer may come while the others are being read.
      const { promise } = this.#wake;
      if ((await this.#answersTo(greeting.hash)) > answers) return;
      await promise;
    }
  }

  /** Waits until the phone has sent `count` messages of a type; all of them so far. */
  async heard<T extends Message['type']>(type: T, count = 1): Promise<readonly Unsealed[]> {
    for (;;) {
      const found = this.overheard.filter(({ message }) => message.type === type);
      if (found.length >= count) return found;
      await this.#wake.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rendezvous.close();
  }

  #record(payload: Uint8Array): void {
    this.recorded.push(payload);
    this.#ring();
  }

  async #overhear(payload: Uint8Array): Promise<void> {
    const message = await unseal(Buffer.from(payload).toString(), this.#lanes.up.key);
    if (message === null) return;
    this.overheard.push(message);
    this.#sent.push(payload);
    this.#ring();
  }

  async #answersTo(hash: string): Promise<number> {
    const opened = await Promise.all(
      this.recorded.map((payload) => unseal(Buffer.from(payload).toString(), this.#lanes.down.key)),
    );
    return opened.filter(
      (each) => each !== null && 'rq' in each.message.body && each.message.body.rq === hash,
    ).length;
  }

  #ring(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
