import { describe, expect, test, vi } from 'vitest';
import { LaterController } from './later-controller.ts';

const host = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate: vi.fn(),
  updateComplete: Promise.resolve(true),
};

const loadersOf = (load: () => Promise<unknown>) => ({
  ...{ pairing: load, install: load, ios_install: load, camera_menu: load, control: load, lending: load },
});

describe('what is loaded later', () => {
  test('is asked for once, however often it is drawn', () => {
    const load = vi.fn(() => Promise.resolve());
    const later = new LaterController(host, loadersOf(load));
    later.load('pairing');
    later.load('pairing');
    expect(load).toHaveBeenCalledOnce();
  });

  test('says that it is missing when it does not load, and is asked for again after that', async () => {
    const load = vi.fn().mockRejectedValueOnce(new TypeError('offline')).mockResolvedValue(null);
    const later = new LaterController(host, loadersOf(load));
    later.load('pairing');
    await vi.waitFor(() => expect(later.isMissing).toBe(true));
    later.again();
    later.load('pairing');
    expect(later.isMissing).toBe(false);
    expect(load).toHaveBeenCalledTimes(2);
  });
});
