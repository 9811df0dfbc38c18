import { randomBase64url } from '#shared/crypto.ts';
import { NO_ACCESS } from '../../relay/access/access-state.ts';
import type { Grant } from '../../relay/access/grant.ts';
import { openRendezvous } from '../../relay/rendezvous/mqtt-rendezvous.ts';
import { StateDirectory } from '../../relay/storage/state-directory.ts';
import { systemClock } from '../../relay/system-clock.ts';
import type { PhoneChannel } from '../../relay/testing/phone-channel.ts';
import { TestPhone } from '../../relay/testing/test-phone.ts';

/** Phones that are to be on a camera's access list. */
export interface Enrolment {
  /** Of a relay that does not run. */
  readonly stateDirectory: string;
  readonly brokerUrl: string;
  readonly phones: number;
}

/** A phone on the access list, and how it opens its channel once the relay runs. */
export type Enrolled = () => Promise<PhoneChannel>;

/** Makes phones, and writes the access list that has them as owners. */
export async function enrol({ stateDirectory, brokerUrl, phones }: Enrolment): Promise<readonly Enrolled[]> {
  const state = new StateDirectory(stateDirectory, systemClock);
  const { identity: camera } = await state.open();
  const rendezvous = openRendezvous([{ url: brokerUrl }]);
  const all = await Promise.all(Array.from({ length: phones }, () => TestPhone.create(rendezvous)));
  const grants = all.map((phone) => grantFor(phone));
  await state.saveAccess({ ...NO_ACCESS, grants });
  return all.map((phone, index) => () => phone.open(grants[index]?.psk ?? '', camera, { introduce: false }));
}

function grantFor({ identity }: TestPhone): Grant {
  return {
    gid: randomBase64url(16),
    jkt: identity.thumbprint,
    jwk: identity.publicJwk,
    name: 'Bench',
    device: 'Bench',
    scope: ['owner'],
    nbf: null,
    exp: null,
    hours: null,
    by: null,
    psk: randomBase64url(32),
    grantedAt: 0,
    invite: null,
  };
}
