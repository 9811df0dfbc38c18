import { describe, expect, it } from 'vitest';
import {
  type ConnectionEvent,
  type ConnectionState,
  reduceConnection,
  STABLE_LINK_MS,
} from './connection-state.ts';

const waiting = (failures: number): ConnectionState => ({ state: 'waiting', failures });
const dialling = (failures: number): ConnectionState => ({ state: 'dialling', failures });
const online = (failures: number): ConnectionState => ({ state: 'online', failures, sinceMs: 0 });
const closed: ConnectionState = { state: 'closed' };

const table: [string, ConnectionState, ConnectionEvent, ConnectionState][] = [
  ['waiting->dial->dialling', waiting(2), { type: 'dial' }, dialling(2)],
  ['dialling->opened->online', dialling(2), { type: 'opened', atMs: 0 }, online(2)],
  ['dialling->lost->waiting, one failure more', dialling(2), { type: 'lost', atMs: 0 }, waiting(3)],
  ['online->lost early->waiting, one failure more', online(2), { type: 'lost', atMs: 9_999 }, waiting(3)],
  ['online->lost late->waiting, none', online(2), { type: 'lost', atMs: STABLE_LINK_MS }, waiting(0)],
  ['online->given up->waiting, none more', online(1), { type: 'given_up' }, waiting(1)],
  ['dialling->given up->waiting, none more', dialling(1), { type: 'given_up' }, waiting(1)],
  ['waiting->given up->waiting', waiting(1), { type: 'given_up' }, waiting(1)],
  ['closed->given up->closed', closed, { type: 'given_up' }, closed],
  ['online->dial->online', online(0), { type: 'dial' }, online(0)],
  ['waiting->opened->waiting', waiting(0), { type: 'opened', atMs: 0 }, waiting(0)],
  ['waiting->lost->waiting', waiting(1), { type: 'lost', atMs: 0 }, waiting(1)],
  ['online->close->closed', online(0), { type: 'close' }, closed],
  ['closed->dial->closed', closed, { type: 'dial' }, closed],
  ['closed->opened->closed', closed, { type: 'opened', atMs: 0 }, closed],
];

describe('connection state', () => {
  it.each(table)('%s', (_name, before, event, after) => {
    expect(reduceConnection(before, event)).toEqual(after);
  });
});
