import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MemoryRecords } from '../testing/memory-records.ts';
import { loadConfig } from './config.ts';

const baseUrl = 'https://page.example/';
const fallback = { rendezvous: [{ url: 'wss://page.example/mqtt' }] };
const told = { rendezvous: [{ url: 'wss://b.example/', username: 'u', password: 'p' }] };
const answer =
  (body: string, type = 'application/json', status = 200) =>
  async () =>
    new Response(body, { status, headers: { 'content-type': type } });
const offline = () => Promise.reject(new TypeError('offline'));

let kept: MemoryRecords;
const report = vi.fn();

beforeEach(() => {
  kept = new MemoryRecords();
  report.mockClear();
});

const load = (fetchConfig: (url: string) => Promise<Response>) =>
  loadConfig({ baseUrl, kept, fetchConfig, report });

describe('config', () => {
  test('is what the page’s own host says', async () => {
    const asked = vi.fn(answer(JSON.stringify(told)));
    expect(await load(asked)).toEqual(told);
    expect(asked).toHaveBeenCalledWith('https://page.example/config.json');
  });

  test.each([
    ['is missing', answer('not found', 'text/plain', 404)],
    ['is the start page', answer('<!doctype html>', 'text/html')],
  ])('is the same host when the file %s', async (_, fetchConfig) => {
    expect(await load(fetchConfig)).toEqual(fallback);
    expect(report).not.toHaveBeenCalled();
  });

  test('is what it was the last time when the host is out of reach', async () => {
    await load(answer(JSON.stringify(told)));
    expect(await load(offline)).toEqual(told);
    expect(report).not.toHaveBeenCalled();
  });

  test('is the same host when it is out of reach the first time', async () => {
    expect(await load(offline)).toEqual(fallback);
  });

  test.each([
    ['is no JSON', answer('{')],
    ['has an unknown member', answer('{"rendezvous":[{"url":"/mqtt"}],"x":1}')],
    ['is too long', answer(`${' '.repeat(20_000)}{"rendezvous":[{"url":"/mqtt"}]}`)],
  ])('is reported and what it was before when the file %s', async (_, fetchConfig) => {
    expect(await load(fetchConfig)).toEqual(fallback);
    await load(answer(JSON.stringify(told)));
    expect(await load(fetchConfig)).toEqual(told);
    expect(report).toHaveBeenCalledTimes(2);
  });

  test('is used though the browser would not keep it', async () => {
    kept.fault = () => new DOMException('full', 'QuotaExceededError');
    expect(await load(answer(JSON.stringify(told)))).toEqual(told);
  });

  test('is not taken from a record that something else wrote', async () => {
    kept.values.set('config', { rendezvous: 'wss://evil.example' });
    expect(await load(offline)).toEqual(fallback);
  });
});
