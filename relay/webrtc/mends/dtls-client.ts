import { DtlsAssociation, type DtlsHooks } from './dtls-association.ts';
import { DtlsClientHandshake } from './dtls-client-handshake.ts';
import type { DtlsIdentity } from './dtls-handshake.ts';
import { offerHello } from './dtls-hello.ts';
import { SERVER_MESSAGES } from './dtls-reassembly.ts';

/**
 * DTLS 1.2 client for one peer. The peer is proved, and media may go to it, once it has signed its share of the key: a round
 * trip before it can say that it saw the same handshake.
 */
export class DtlsClient extends DtlsAssociation {
  constructor(identity: DtlsIdentity, hooks: DtlsHooks) {
    // One for all answers to it, of which somebody may forge the first.
    const hello = offerHello(identity.srtpProfiles);
    super({
      role: 'client',
      expected: SERVER_MESSAGES,
      createHandshake: () => new DtlsClientHandshake(identity, hello),
      hooks,
    });
  }
}
