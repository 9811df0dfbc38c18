import type { RequestHandler } from './channels/channel-server.ts';
import type { Examining } from './health/examining.ts';
import type { Lending } from './lending/lending.ts';
import type { Redeeming } from './pairing/redeeming.ts';
import type { Switching } from './privacy/switching.ts';
import type { Adjusting } from './settings/adjusting.ts';
import type { LazyViewing } from './viewing/lazy-viewing.ts';

export interface Features {
  readonly redeeming: Redeeming;
  readonly lending: Lending;
  readonly switching: Switching;
  readonly adjusting: Adjusting;
  readonly examining: Examining;
  readonly viewing: LazyViewing;
}

/** Takes each request to the feature that answers it. */
export function createRequestRouter({
  redeeming,
  lending,
  switching,
  adjusting,
  examining,
  viewing,
}: Features): RequestHandler {
  return async (incoming) => {
    const { request, channel } = incoming;
    if (channel.kind === 'invite') return redeeming.handle(incoming);
    switch (request.type) {
      case 'offer':
      case 'candidate':
      case 'leave':
        return viewing.handle(incoming, request);
      case 'lend':
      case 'list':
      case 'revoke':
      case 'amend':
      case 'log':
        return lending.handle(incoming, request);
      case 'switch':
        return switching.handle(incoming, request);
      case 'adjust':
        return adjusting.handle(incoming, request);
      case 'examine':
        return examining.handle(incoming);
      case 'redeem':
        return; // Whoever has a grant needs no other one of this camera on its channel.
      default:
        request satisfies never;
    }
  };
}
