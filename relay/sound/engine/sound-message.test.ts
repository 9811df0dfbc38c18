import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SoundMessageReader } from './sound-message.ts';

function frame(kind: string, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload as string);
  const header = Buffer.alloc(5);
  header.write(kind, 'latin1');
  header.writeUInt32BE(body.length, 1);
  return Buffer.concat([header, body]);
}

const audio = Buffer.alloc(17, 7);
audio.writeBigUInt64BE(1_700_000_000_000_500n, 0);
audio.writeBigUInt64BE(960n, 8);
const ALL = Buffer.concat([
  frame('R', 'speaker'),
  frame('A', audio),
  frame('K', ''),
  frame('F', 'screen\ndied\nIt was\nunplugged.'),
]);

describe('sound message', () => {
  it('is read however its bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 20 }), (cuts) => {
        const reader = new SoundMessageReader();
        let at = 0;
        const messages = [...cuts, ALL.length].flatMap((bytes) => {
          const chunk = ALL.subarray(at, at + bytes);
          at += bytes;
          return reader.push(chunk);
        });
        expect(messages).toEqual([
          { type: 'ready', part: 'speaker' },
          { type: 'audio', capturedAtMs: 1_700_000_000_000.5, sample: 960, opus: Buffer.of(7) },
          { type: 'keyframe-needed' },
          { type: 'fault', part: 'screen', fault: { code: 'died', message: 'It was unplugged.' } },
        ]);
      }),
    );
  });

  it.each([
    ['of an unknown kind', frame('X', 'speaker')],
    ['of an unknown part', frame('R', 'bellows')],
    ['with too much sound', frame('A', Buffer.alloc(16 + 1276))],
    ['without sound', frame('A', Buffer.alloc(16))],
    ['with an unknown fault', frame('F', 'speaker\nbored\nreally')],
    ['with too long a fault', frame('F', `speaker\ndied\n${'x'.repeat(2048)}`)],
  ])('is refused when it is one %s', (_, bytes) => {
    expect(() => new SoundMessageReader().push(bytes)).toThrow(RangeError);
  });
});
