import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import type { LocalNetworkAccess } from '../browser/local-network.ts';
import { findViolations } from '../ui/testing/accessibility.ts';
import { mount } from '../ui/testing/mount.ts';
import './local-network-note.ts';

async function show(access: LocalNetworkAccess, onAsk = () => undefined) {
  const note = await mount(
    html`<local-network-note .query=${async () => access} @local-network-ask=${onAsk}></local-network-note>`,
  );
  return note.shadowRoot as ShadowRoot; // every Lit element has one
}

const buttons = (root: ShadowRoot) =>
  [...root.querySelectorAll('button')].map(({ textContent }) => textContent);

describe('the note over a detour', () => {
  test.each(['granted', 'unknown'] as const)('says nothing where access is %s', async (access) => {
    expect((await show(access)).querySelector('section')).toBeNull();
  });

  test('asks behind a tap, and is gone with it', async () => {
    const onAsk = vi.fn();
    const root = await show('prompt', onAsk);
    await vi.waitFor(() => expect(buttons(root)).toEqual(['Come straight', 'Not now']));
    expect(await findViolations(root.host)).toEqual([]);
    expect(onAsk).not.toHaveBeenCalled();
    root.querySelector('button')?.click();
    await vi.waitFor(() => expect(root.querySelector('section')).toBeNull());
    expect(onAsk).toHaveBeenCalledOnce();
  });

  test('says what to do where the browser was told no, and can be waved away', async () => {
    const root = await show('denied');
    await vi.waitFor(() => expect(buttons(root)).toEqual(['Not now']));
    expect(root.textContent).toContain('settings for this site');
    root.querySelector('button')?.click();
    await vi.waitFor(() => expect(root.querySelector('section')).toBeNull());
  });
});
