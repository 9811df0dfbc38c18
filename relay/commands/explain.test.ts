import { describe, expect, it } from 'vitest';
import { CaptureError } from '../capture/capture-error.ts';
import { ConfigError } from '../config.ts';
import { ControlError, type ControlErrorCode } from '../control/control-error.ts';
import { StorageError } from '../storage/storage-error.ts';
import { explain } from './explain.ts';
import { UsageError } from './usage-error.ts';

const system = (code: string) => Object.assign(new Error(`${code}: no`), { code, syscall: 'open' });

describe('a command that fails', () => {
  it.each([
    [64, new UsageError('x')],
    [65, new StorageError('damaged', 'x')],
    [65, new StorageError('incomplete', 'x')],
    [75, new StorageError('in_use', 'x')],
    [78, new ConfigError(['x'])],
    [78, new CaptureError('bad_settings', 'x')],
    [74, system('ENOSPC')],
    [77, system('EACCES')],
    [77, system('EPERM')],
  ])('ends with %i for %s', (exitCode, error) => {
    expect(explain(error)).toMatchObject({ exitCode });
  });

  it.each<[number, ControlErrorCode]>([
    [69, 'not_running'],
    [77, 'not_allowed'],
    [69, 'no_answer'],
    [69, 'too_slow'],
    [75, 'busy'],
    [74, 'failed'],
    [69, 'unknown_request'],
    [69, 'malformed'],
    [69, 'too_large'],
  ])('ends with %i where the relay says %s', (exitCode, code) => {
    expect(explain(new ControlError(code))).toMatchObject({ exitCode });
  });

  it.each([new TypeError('ours'), Object.assign(new Error(), { code: 'ERR_OURS' }), 'text', null])(
    'is not explained away where the fault is ours: %s',
    (error) => {
      expect(explain(error)).toBeNull();
    },
  );
});
