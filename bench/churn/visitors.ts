import { takeOrders } from '../order-taker.ts';
import { type Enrolled, type Enrolment, enrol } from '../viewers/enrolment.ts';
import { visit, WAYS } from './visit.ts';

/** What the bench tells the process in which the visitors are. */
export type VisitOrder =
  | ({ readonly type: 'enrol' } & Enrolment)
  /** Has so many come and go. */
  | { readonly type: 'visit'; readonly visits: number };

export type VisitReply = { readonly type: 'done' };

let enrolled: readonly Enrolled[] = [];

takeOrders(async (order: VisitOrder): Promise<VisitReply> => {
  if (order.type === 'enrol') enrolled = await enrol(order);
  else await visitAll(order.visits);
  return { type: 'done' };
});

/** As many at a time as there are phones. */
async function visitAll(visits: number): Promise<void> {
  let next = 0;
  await Promise.all(
    enrolled.map(async (open) => {
      const channel = await open();
      while (next < visits) await visit(channel, WAYS[next++ % WAYS.length] ?? 'closed');
    }),
  );
}
