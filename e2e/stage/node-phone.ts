import type { Identity } from '#shared/envelope.ts';
import { encodeInviteLink, parseInviteLink } from '#shared/invite-link.ts';
import type { Rendezvous } from '#shared/rendezvous.ts';
import { openRendezvous } from '../../relay/rendezvous/mqtt-rendezvous.ts';
import { StateDirectory } from '../../relay/storage/state-directory.ts';
import { systemClock } from '../../relay/system-clock.ts';
import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';
import type { House } from './house.ts';

/** A look that was lent: its link, and its id in the access list. */
export interface LentLook {
  readonly link: string;
  readonly id: string;
}

/** A phone that was let in. */
export interface Resident {
  readonly gid: string;
  /** That of its grant. */
  readonly channel: PhoneChannel;
}

/** Phones without a screen, which speak with the camera over the house's own broker. */
export class NodePhones implements AsyncDisposable {
  readonly #house: House;
  readonly #rendezvous: Rendezvous;

  constructor(house: House) {
    this.#house = house;
    this.#rendezvous = openRendezvous([{ url: house.brokerUrl }]);
  }

  /** Lets a new phone in by a link. */
  async letIn(link: string): Promise<Resident> {
    const camera = await this.#camera();
    const phone = await TestPhone.create(this.#rendezvous, () => Math.floor(Date.now() / 1000));
    const invite = await phone.open(parseInviteLink(link).secret, camera, { introduce: true });
    const terms = await phone.redeem(invite);
    if (typeof terms === 'string') throw new Error(`the camera refused: ${terms}`);
    return { gid: terms.gid, channel: await phone.open(terms.psk, camera, { introduce: false }) };
  }

  /** Has a phone that was let in lend a look: a day to watch, unless told otherwise. */
  async lend({ channel }: Resident, terms: Parameters<PhoneChannel['lend']>[0] = {}): Promise<LentLook> {
    const { secret, id, said } = await channel.lend(terms);
    if (said !== 'done') throw new Error(`the camera refused: ${said}`);
    const { thumbprint: camera } = await this.#camera();
    return { link: encodeInviteLink(this.#house.pageUrl, { kind: 'lend', camera, secret }), id };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rendezvous.close();
  }

  async #camera(): Promise<Identity> {
    const camera = await new StateDirectory(this.#house.stateDirectory, systemClock).readIdentity();
    if (camera === null) throw new Error('the camera has no key yet');
    return camera;
  }
}
