import { type Clock, numericDateOf } from '#shared/clock.ts';
import { VERSION } from '../version.ts';
import type { ControlAnswers, ControlRequest } from './control-protocol.ts';
import type { RelayControl } from './relay-control.ts';

/** Answers a request; whatever it throws was not done. */
export type ControlHandler = (request: ControlRequest) => Promise<ControlAnswers[ControlRequest['type']]>;

export interface ControlHandlerOptions {
  readonly control: RelayControl;
  readonly clock: Clock;
  /** Called when the relay has forgotten everything, or what it could, and is to be closed. */
  readonly onForgotten: () => void;
}

/** Answers with what a relay can do. */
export function createControlHandler({ control, clock, onForgotten }: ControlHandlerOptions): ControlHandler {
  const since = numericDateOf(clock);
  return async (request) => {
    switch (request.type) {
      case 'status':
        return statusOf(control, since);
      case 'new-code':
        return codeOf(control);
      case 'presences':
        return { phones: [...control.presences()] } satisfies ControlAnswers['presences'];
      case 'withdraw':
        return { outcome: await control.withdraw(request.id) } satisfies ControlAnswers['withdraw'];
      case 'privacy':
        return control.privacy(request.off);
      case 'health':
        return control.health();
      case 'forget':
        return forget(control, onForgotten);
      default:
        return request satisfies never;
    }
  };
}

async function forget(control: RelayControl, onForgotten: () => void): Promise<ControlAnswers['forget']> {
  try {
    await control.forget();
    return {};
  } finally {
    onForgotten();
  }
}

function statusOf(control: RelayControl, since: number): ControlAnswers['status'] {
  const watching = control.presences().reduce((sum, phone) => sum + phone.watching, 0);
  const { rendezvousState: rendezvous, clockReason: clock, isOff: off, lightFault: light_fault } = control;
  return { version: VERSION, pid: process.pid, since, rendezvous, clock, watching, off, light_fault };
}

async function codeOf(control: RelayControl): Promise<ControlAnswers['new-code']> {
  const { link, validMinutes, isFirst } = await control.newCode();
  return { link, valid_minutes: validMinutes, is_first: isFirst };
}
