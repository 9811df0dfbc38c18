import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process says that could not do as it was told. */
interface Failed {
  readonly type: 'failed';
  readonly message: string;
}

/** A process of the bench's own that does as it is told, one order after another. */
export interface OrderTaker<Order, Reply> extends Disposable {
  /** @throws Error when the process could not. */
  order(order: Order): Promise<Reply>;
}

/** Starts a file that calls {@link takeOrders}; it ends with the bench. */
export function startOrderTaker<Order extends object, Reply extends { type: string }>(
  file: string,
): OrderTaker<Order, Reply> {
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    async order(order) {
      const answered = once(child, 'message');
      child.send(order);
      const [reply] = (await answered) as [Reply | Failed]; // our own process, with our own types
      if (isFailed(reply)) throw new Error(reply.message);
      return reply;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

/** Obeys the bench that has started this process, until it lets go. */
export function takeOrders<Order, Reply extends { type: string }>(
  obey: (order: Order) => Promise<Reply>,
): void {
  let work: Promise<unknown> = Promise.resolve();
  process.on('message', (order: Order) => {
    work = work.then(async () => {
      const reply = await obey(order).catch((error: unknown): Failed => {
        return {
          type: 'failed',
          message: error instanceof Error ? (error.stack ?? error.message) : 'unknown',
        };
      });
      process.send?.(reply);
    });
  });
  process.once('disconnect', () => process.exit());
}

function isFailed(reply: { type: string }): reply is Failed {
  return reply.type === 'failed';
}
