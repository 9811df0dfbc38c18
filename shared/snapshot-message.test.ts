import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './protocol-error.ts';
import {
  encodeSnapshotMessage,
  MAX_SNAPSHOT_BYTES,
  parseSnapshotAnswer,
  parseSnapshotRequest,
} from './snapshot-message.ts';

describe('messages about a snapshot', () => {
  it('come back as they were sent', () => {
    for (const message of [{ type: 'take' }, { type: 'got', bytes: 3 }] as const)
      expect(parseSnapshotRequest(encodeSnapshotMessage(message))).toEqual(message);
    const picture = { type: 'picture', format: 'image/jpeg', bytes: 9, width: 2, height: 2 } as const;
    for (const message of [picture, { type: 'refused', code: 'busy' }] as const)
      expect(parseSnapshotAnswer(encodeSnapshotMessage(message))).toEqual(message);
  });

  it.each([
    ['no bytes', { bytes: 0 }],
    ['too many', { bytes: MAX_SNAPSHOT_BYTES + 1 }],
    ['half of one', { bytes: 1.5 }],
    ['another format', { format: 'text/html' }],
    ['no width', { width: 0 }],
    ['something more', { url: 'x' }],
  ])('announce no picture of %s', (_, change) => {
    const picture = { type: 'picture', format: 'image/jpeg', bytes: 9, width: 2, height: 2, ...change };
    expect(() => parseSnapshotAnswer(JSON.stringify(picture))).toThrow(ProtocolError);
  });

  it('are refused in one way, whatever else comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (data) => {
        for (const parse of [parseSnapshotRequest, parseSnapshotAnswer]) {
          try {
            expect(parse(data)).toHaveProperty('type');
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
    );
  });
});
