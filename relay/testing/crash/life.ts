// The life of a camera in a few seconds: claimed, lent, redeemed, extended, taken back. Each answer that a phone has had is
// written to standard output at once, so that whoever kills this process knows what must not be lost.
import { writeSync } from 'node:fs';
import { randomBase64url } from '#shared/crypto.ts';
import { parseInviteLink } from '#shared/invite-link.ts';
import type { GrantTerms } from '#shared/terms.ts';
import { FakeClock } from '#shared/testing/fake-clock.ts';
import { createMemoryBroker } from '#shared/testing/memory-rendezvous.ts';
import { loadConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { startRelay } from '../../relay.ts';
import { StateDirectory } from '../../storage/state-directory.ts';
import { FakeSource } from '../fake-source.ts';
import type { PhoneChannel } from '../phone-channel.ts';
import { SettledTime } from '../settled-time.ts';
import { TestDisplay } from '../test-display.ts';
import { TestPhone } from '../test-phone.ts';
import type { Confirmed } from './confirmed.ts';

const HOUR_S = 3_600;

const clock = new FakeClock();
const broker = createMemoryBroker();
const state = new StateDirectory(process.argv[2] ?? '', clock);
const display = new TestDisplay();
const relay = await startRelay({
  config: loadConfig({ LATCHKEY_NAME: 'Kitchen' }),
  state,
  rendezvous: broker.connect(),
  source: new FakeSource(),
  display,
  clock,
  time: new SettledTime(),
  log: createLog(() => undefined),
});
const { identity: camera } = await state.open();
confirm({ type: 'camera', thumbprint: camera.thumbprint });

const now = Math.floor(clock.nowMs() / 1000);
const owner = await claim();
const anna = await lendTo(owner, 'Anna', ['watch', 'lend']);
await lendTo(anna, 'Berta', ['watch']);
const carl = await lendTo(owner, 'Carl', ['watch']);
await owner.ask({ type: 'amend', body: { nonce: owner.nonce(), id: carl.gid, exp: now + 5 * HOUR_S } });
confirm({ type: 'extended', gid: carl.gid, exp: now + 5 * HOUR_S });
await owner.ask({ type: 'revoke', body: { nonce: owner.nonce(), id: anna.gid } });
confirm({ type: 'revoked', name: 'Anna' }, { type: 'revoked', name: 'Berta' });
await owner.ask({ type: 'adjust', body: { nonce: owner.nonce(), width: 640, height: 360 } });
confirm({ type: 'adjusted', width: 640 });
await owner.ask({ type: 'switch', body: { nonce: owner.nonce(), off: true } });
confirm({ type: 'switched', isOff: true });
await lendTo(owner, 'Dora', ['watch', 'listen']);
await owner.ask({ type: 'switch', body: { nonce: owner.nonce(), off: false, revision: 1 } });
confirm({ type: 'switched', isOff: false });
await relay.close();
confirm({ type: 'finished' });

/** A phone with a grant. */
interface Holder {
  readonly gid: string;
  nonce(): string;
  /** Resolves when the camera has done it. */
  ask(message: Parameters<PhoneChannel['send']>[0]): Promise<void>;
}

async function claim(): Promise<Holder> {
  return redeem(parseInviteLink(display.links.at(-1) ?? '').secret, 'Owner');
}

async function lendTo(lender: Holder, name: string, scope: ('watch' | 'lend' | 'listen')[]): Promise<Holder> {
  const secret = randomBase64url(16);
  const terms = { nbf: null, exp: null, duration: HOUR_S, hours: null, transfer: false };
  await lender.ask({
    type: 'lend',
    body: { nonce: lender.nonce(), secret, name, scope, ...terms, open_until: now + HOUR_S },
  });
  return redeem(secret, name);
}

async function redeem(secret: string, name: string): Promise<Holder> {
  const phone = await TestPhone.create(broker.connect());
  const invite = await phone.open(secret, camera, { introduce: true });
  const terms = await phone.redeem(invite, name);
  if (typeof terms === 'string') throw new TypeError(`${name} was refused: ${terms}`);
  confirm({ type: 'granted', name, gid: terms.gid, psk: terms.psk });
  return hold(phone, terms);
}

async function hold(phone: TestPhone, terms: GrantTerms): Promise<Holder> {
  const channel = await phone.open(terms.psk, camera, { introduce: false });
  return {
    gid: terms.gid,
    nonce: () => channel.nonce,
    async ask(message) {
      const { hash } = await channel.send(message);
      const answer = await channel.answerTo(hash);
      if (answer.type === 'refused') throw new TypeError(`${message.type} was refused: ${answer.body.code}`);
    },
  };
}

function confirm(...facts: Confirmed[]): void {
  for (const fact of facts) writeSync(1, `${JSON.stringify(fact)}\n`);
}
