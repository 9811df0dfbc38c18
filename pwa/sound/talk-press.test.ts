import { beforeEach, describe, expect, test } from 'vitest';
import { TalkPress } from './talk-press.ts';

let nowMs: number;
let isOn: boolean;
let press: TalkPress;

beforeEach(() => {
  nowMs = 0;
  isOn = false;
  press = new TalkPress({
    isOn: () => isOn,
    nowMs: () => nowMs,
    set: (value) => {
      isOn = value;
    },
  });
});

function hold(ms: number): void {
  press.down();
  nowMs += ms;
  press.up();
}

describe('the button for talking', () => {
  test('is on from the moment it is touched', () => {
    press.down();
    expect(isOn).toBe(true);
  });

  test('that was held is off when it is let go', () => {
    hold(2000);
    expect(isOn).toBe(false);
  });

  test('that was tapped stays on until it is tapped again', () => {
    hold(80);
    expect(isOn).toBe(true);
    hold(80);
    expect(isOn).toBe(false);
  });

  test('that is held while the line is open closes it', () => {
    hold(80);
    hold(2000);
    expect(isOn).toBe(false);
  });

  test('is off when the press was taken away, but not a line that was open before', () => {
    press.down();
    press.cancel();
    press.up();
    expect(isOn).toBe(false);
    hold(80);
    press.down();
    press.cancel();
    expect(isOn).toBe(true);
  });

  test('is a switch for keys', () => {
    press.toggle();
    expect(isOn).toBe(true);
    press.toggle();
    expect(isOn).toBe(false);
  });
});
