import type { CameraHealth } from '#shared/camera-health.ts';
import type { AccessState } from '../access/access-state.ts';
import { admit, type Moment } from '../access/admission.ts';
import type { Incoming } from '../channels/channel-server.ts';

export interface ExaminingOptions {
  readonly access: () => AccessState;
  readonly moment: () => Moment;
  readonly look: () => Promise<CameraHealth>;
}

/** Tells owners how the camera is doing, when they ask. */
export class Examining {
  readonly #options: ExaminingOptions;

  constructor(options: ExaminingOptions) {
    this.#options = options;
  }

  /** Acts on an `examine` that came on a grant's channel. */
  async handle(incoming: Incoming): Promise<void> {
    const { access, moment, look } = this.#options;
    const { hash: rq, channel, reply } = incoming;
    const standing = admit(access(), channel.entryId, 'owner', moment());
    if (standing.type === 'refused') return reply({ type: 'refused', body: { rq, code: standing.code } });
    await reply({ type: 'examined', body: { rq, told: await look() } });
  }
}
