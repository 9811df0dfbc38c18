import { DtlsAssociation, type DtlsHooks } from './dtls-association.ts';
import type { DtlsIdentity } from './dtls-handshake.ts';
import { CLIENT_MESSAGES } from './dtls-reassembly.ts';
import { DtlsServerHandshake } from './dtls-server-handshake.ts';

/** DTLS 1.2 server for one peer. */
export class DtlsServer extends DtlsAssociation {
  constructor(identity: DtlsIdentity, hooks: DtlsHooks) {
    super({
      role: 'server',
      expected: CLIENT_MESSAGES,
      createHandshake: () => new DtlsServerHandshake(identity),
      hooks,
    });
  }
}
