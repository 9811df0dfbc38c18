// Publishes bogus envelopes at a steady rate, in a process of its own so that it takes no time from whom it floods.
import { randomBytes } from 'node:crypto';
import { connect } from 'mqtt';

/** What a parent sends to begin. */
export interface FloodOrder {
  readonly brokerUrl: string;
  readonly topic: string;
  readonly perSecond: number;
}

/** Fine enough that the broker sees a stream and not bursts. */
const TICK_MS = 10;
/** As large as an offer. */
const CIPHERTEXT_BYTES = 1_100;

process.on('message', (order: FloodOrder) => flood(order));
process.once('disconnect', () => process.exit());

function flood({ brokerUrl, topic, perSecond }: FloodOrder): void {
  const client = connect(brokerUrl, { reconnectPeriod: 0, keepalive: 30 });
  const startedAt = performance.now();
  let sent = 0;
  client.on('connect', () => {
    process.send?.('flooding');
    setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      for (; sent < due; sent++) client.publish(topic, bogusEnvelope(), { qos: 0 });
    }, TICK_MS);
  });
}

/** Right in form, so that it is refused by its seal and nothing sooner. */
function bogusEnvelope(): string {
  const header = Buffer.from('{"alg":"dir","enc":"A256GCM","cty":"JWT","zip":"DEF"}').toString('base64url');
  const [iv, text, tag] = [12, CIPHERTEXT_BYTES, 16].map((bytes) => randomBytes(bytes).toString('base64url'));
  return `${header}..${iv}.${text}.${tag}`;
}
