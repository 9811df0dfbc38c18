import { describe, expect, test } from 'vitest';
import {
  type ControlMessage,
  encodeControlMessage,
  MAX_CONTROL_CHARS,
  MAX_PING_ID,
  parseControlMessage,
} from './control-message.ts';
import { MAX_ENVELOPE_BYTES } from './envelope.ts';

const messages: ControlMessage[] = [
  { type: 'ping', id: 0 },
  { type: 'pong', id: MAX_PING_ID },
  { type: 'play' },
  { type: 'refused', code: 'busy' },
  { type: 'bye', reason: 'revoked' },
  { type: 'media', picture: true, listen: false, talk: true, show: false },
  { type: 'media-state', listen: 'on', talk: 'busy', show: 'absent' },
  { type: 'picture-state', trouble: 'gone' },
  { type: 'picture-state', trouble: null },
  { type: 'picture-pace', seldom: true },
  { type: 'envelope', envelope: 'e'.repeat(MAX_ENVELOPE_BYTES) },
];

describe('control message', () => {
  test.each(messages)('is read as it was written: $type', (message) => {
    expect(parseControlMessage(encodeControlMessage(message))).toEqual(message);
  });

  test.each([
    ['bytes', new Uint8Array(2)],
    ['nothing', ''],
    ['no object', 'null'],
    ['a list', '[]'],
    ['another type', '{"type":"pang","id":1}'],
    ['an unknown member', '{"type":"ping","id":1,"x":1}'],
    ['no id', '{"type":"ping"}'],
    ['a fraction', '{"type":"ping","id":1.5}'],
    ['a negative id', '{"type":"pong","id":-1}'],
    ['too great an id', `{"type":"pong","id":${MAX_PING_ID + 1}}`],
    ['an envelope with anything else in it', '{"type":"envelope","envelope":"a b"}'],
    ['half a wish', '{"type":"media","picture":true,"listen":true,"talk":true}'],
    ['a wish that is no yes or no', '{"type":"media","picture":1,"listen":0,"talk":0,"show":0}'],
    ['an unknown trouble', '{"type":"picture-state","trouble":"haunted"}'],
    ['an unknown state', '{"type":"media-state","listen":"loud","talk":"on","show":"on"}'],
    ['a wish for more', '{"type":"play","sid":"s"}'],
    ['an unknown refusal', '{"type":"refused","code":"tired"}'],
    ['an unknown reason', '{"type":"bye","reason":"bored"}'],
    ['too long a text', `${' '.repeat(MAX_CONTROL_CHARS)}{"type":"ping","id":1}`],
  ])('is refused when it is %s', (_, data) => {
    expect(() => parseControlMessage(data)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
