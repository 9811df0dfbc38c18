import { expect, it } from 'vitest';
import { createEmitter } from './emitter.ts';

it('an emitter tells each listener until it is stopped, even by another', () => {
  const emitter = createEmitter<number>();
  const heard: number[] = [];
  const listener = (value: number) => heard.push(value);
  const stop = emitter.on(listener);
  emitter.on(listener);
  emitter.emit(1);
  stop();
  emitter.emit(2);
  emitter.clear();
  emitter.emit(3);
  expect(heard).toEqual([1, 1, 2]);
});
