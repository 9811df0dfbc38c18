import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONTROL_REFUSALS,
  encodeControlLine,
  parseControlAnswer,
  parseControlRequest,
} from './control-protocol.ts';

const refusals: readonly unknown[] = CONTROL_REFUSALS;

describe('the control protocol', () => {
  it('takes any text for a request or for a refusal, and never fails', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const request = parseControlRequest(text);
        expect(typeof request === 'string' ? refusals.includes(request) : 'type' in request).toBe(true);
      }),
    );
  });

  it('takes any text for an answer, a refusal or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseControlAnswer('forget', text)).toSatisfy(
          (answer) => answer === null || typeof answer === 'object',
        );
      }),
    );
  });

  it.each(CONTROL_REFUSALS)('tells the refusal %s', (refused) => {
    expect(parseControlAnswer('status', encodeControlLine({ refused }))).toEqual({ refused });
  });

  it('does not take the answer to something else', () => {
    const line = encodeControlLine({ answer: { outcome: 'done' } });
    expect(parseControlAnswer('withdraw', line)).toEqual({ answer: { outcome: 'done' } });
    expect(parseControlAnswer('forget', line)).toBeNull();
    expect(parseControlAnswer('withdraw', encodeControlLine({ answer: {}, refused: 'busy' }))).toBeNull();
  });
});
