import type { ExpectedSender } from '#shared/envelope.ts';
import type { MessageBody } from '#shared/message.ts';
import type { Ending } from '#shared/verdicts.ts';

/** What the camera leaves with the broker on a channel, and whether it listens there. */
export type ChannelStanding =
  /** It listens; nonce and state are added when it announces itself. */
  | { readonly type: 'live'; readonly presence: Omit<MessageBody<'presence'>, 'rq' | 'state' | 'nonce'> }
  /** What its phone held is no more: a word of farewell is all there is. */
  | { readonly type: 'ended'; readonly reason: Ending };

/** A channel of the camera: that of an invite or of a grant. Its secret tells it from all others. */
export interface ChannelSpec {
  readonly kind: 'invite' | 'grant';
  /** Of the invite or the grant. */
  readonly entryId: string;
  /** Base64url secret it is derived from. */
  readonly secret: string;
  readonly sender: ExpectedSender;
  /** Thumbprint of the phone it belongs to; null for an invite, which whoever holds it may use. */
  readonly holder: string | null;
  readonly standing: ChannelStanding;
}
