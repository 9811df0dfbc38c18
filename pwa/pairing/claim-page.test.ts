import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import './claim-page.ts';
import { failureAdvice, failureHeading } from './claim-failure-text.ts';
import type { ClaimPage } from './claim-page.ts';
import type { ClaimFailure, ClaimState } from './claim-state.ts';
import { isLink } from './is-link.ts';
import './link-page.ts';
import type { LinkFoundEvent } from './link-events.ts';

const failures: readonly ClaimFailure[] = [
  'not_a_latchkey',
  'already_claimed',
  'expired',
  'camera_offline',
  'rendezvous_offline',
  'wrong_camera',
  'storage_failed',
  'storage_lost',
  'cancelled',
  'check_code_differs',
];

describe('claim page', () => {
  const show = (state: ClaimState) => mount<ClaimPage>(html`<claim-page .state=${state}></claim-page>`);

  test('says in words which step is under way', async () => {
    const page = await show({ type: 'claiming', step: 'camera' });
    expect(find(find(page, 'lk-steps'), '[aria-current=step]').textContent?.trim()).toBe('Asking the camera');
  });

  test('shows a camera’s name as text, never as markup', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = await show({ type: 'claimed', cameraId: 'a', cameraName: name, checkCode: '0000' });
    expect(wordsOf(page)).toContain(name);
    expect(page.shadowRoot?.querySelector('img')).toBeNull();
  });

  test.each(failures)('says what %s means and what to do', async (code) => {
    const page = await show({ type: 'failed', code });
    expect(wordsOf(find(page, '[role=alert]'))).toBe(`${failureHeading(code)} ${failureAdvice(code)}`);
  });

  test.each(['camera_offline', 'rendezvous_offline'] as const)(
    'offers the same link again after %s',
    async (code) => {
      const page = await show({ type: 'failed', code });
      const again = nextEvent(page, 'claim-again');
      find(page, 'lk-button[variant=primary]').click();
      await again;
    },
  );

  test('offers to scan again when the link is used up', async () => {
    const page = await show({ type: 'failed', code: 'already_claimed' });
    const again = nextEvent(page, 'scan-again');
    find(page, 'lk-button[variant=primary]').click();
    await again;
  });
});

describe('link page', () => {
  const link = `https://camera.example/#c1.${'A'.repeat(43)}.${'A'.repeat(22)}`;

  test('hands on a link that was typed or pasted, without the spaces around it', async () => {
    const page = await mount(html`<link-page></link-page>`);
    const found = nextEvent<LinkFoundEvent>(page, 'link-found');
    await write(page, `  ${link} `);
    find(page, 'lk-button').click();
    expect((await found).link).toBe(link);
  });

  test.each(['hello', 'https://example.org/', `${'x'.repeat(600)}`])(
    'says that %s is no link',
    async (text) => {
      const page = await mount<ClaimPage>(html`<link-page></link-page>`);
      await write(page, text);
      find(page, 'lk-button').click();
      await page.updateComplete;
      await (find(page, 'lk-text-field') as ClaimPage).updateComplete;
      expect(wordsOf(page)).toContain('That is not a camera’s link');
      expect(isLink(text)).toBe(false);
    },
  );
});

async function write(page: Element, text: string): Promise<void> {
  const field = find(page, 'lk-text-field') as ClaimPage;
  const input = find<HTMLInputElement>(field, 'input');
  input.value = text;
  input.dispatchEvent(new InputEvent('input'));
  await field.updateComplete;
  await (page as ClaimPage).updateComplete;
}
