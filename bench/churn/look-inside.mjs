// Preloaded into the relay, so that what is shipped can be asked from outside what it holds (`insides.ts`). Plain
// JavaScript: the loader of types alone weighs as much as the relay.
import { writeHeapSnapshot } from 'node:v8';

/** Garbage of one collection may hold that of the next, as finalizers do. */
const COLLECTIONS = 3;
const { CHURN_SNAPSHOTS = '' } = process.env;

process.on('SIGUSR2', () => void tell());

async function tell() {
  for (let count = 0; count < COLLECTIONS; count++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  console.log(`insides ${JSON.stringify({ heapUsed, external, arrayBuffers, resources })}`);
  if (CHURN_SNAPSHOTS !== '') writeHeapSnapshot(`${CHURN_SNAPSHOTS}/${Date.now()}.heapsnapshot`);
}
