import { describe, expect, test, vi } from 'vitest';
import { loadConfig } from './config.ts';

const base = 'https://page.example/';
const fallback = { rendezvous: [{ url: 'wss://page.example/mqtt' }] };
const answer =
  (body: string, type = 'application/json', status = 200) =>
  async () =>
    new Response(body, { status, headers: { 'content-type': type } });

describe('config', () => {
  test('is what the page’s own host says', async () => {
    const asked = vi.fn(answer('{"rendezvous":[{"url":"wss://b.example/","username":"u","password":"p"}]}'));
    expect(await loadConfig(base, asked)).toEqual({
      rendezvous: [{ url: 'wss://b.example/', username: 'u', password: 'p' }],
    });
    expect(asked).toHaveBeenCalledWith('https://page.example/config.json');
  });

  test.each([
    ['is missing', answer('not found', 'text/plain', 404)],
    ['is the start page', answer('<!doctype html>', 'text/html')],
  ])('is the same host when the file %s', async (_, fetchConfig) => {
    const report = vi.fn();
    expect(await loadConfig(base, fetchConfig, report)).toEqual(fallback);
    expect(report).not.toHaveBeenCalled();
  });

  test.each([
    ['is no JSON', answer('{')],
    ['has an unknown member', answer('{"rendezvous":[{"url":"/mqtt"}],"x":1}')],
    ['is too long', answer(`${' '.repeat(20_000)}{"rendezvous":[{"url":"/mqtt"}]}`)],
    ['cannot be fetched', () => Promise.reject(new TypeError('offline'))],
  ])('is reported and the same host when the file %s', async (_, fetchConfig) => {
    const report = vi.fn();
    expect(await loadConfig(base, fetchConfig, report)).toEqual(fallback);
    expect(report).toHaveBeenCalledOnce();
  });
});
