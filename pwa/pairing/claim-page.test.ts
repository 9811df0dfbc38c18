import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import './claim-page.ts';
import type { CodeEnteredEvent } from './claim-events.ts';
import { failureText, isLinkStillGood } from './claim-failure-text.ts';
import type { ClaimPage } from './claim-page.ts';
import type { ClaimFailure, ClaimState } from './claim-state.ts';
import { isLink } from './is-link.ts';
import './link-page.ts';
import type { LinkFoundEvent } from './link-events.ts';

const failures: readonly ClaimFailure[] = [
  'not_a_latchkey',
  'already_claimed',
  'expired',
  'withdrawn',
  'not_confirmed',
  'clock_unsynced',
  'camera_offline',
  'rendezvous_offline',
  'wrong_camera',
  'storage_failed',
  'storage_lost',
  'cancelled',
  'check_code_differs',
];

const claimLink = `https://camera.example/#c1.${'A'.repeat(43)}.${'A'.repeat(22)}`;
const lendLink = claimLink.replace('#c1', '#l1');
const claimed = { type: 'claimed', cameraId: 'a', cameraName: 'Porch' } as const;

describe('claim page', () => {
  const show = (state: ClaimState, link = claimLink) =>
    mount<ClaimPage>(html`<claim-page link=${link} .state=${state}></claim-page>`);

  test('says in words which step is under way', async () => {
    const page = await show({ type: 'claiming', step: 'camera' });
    expect(find(find(page, 'lk-steps'), '[aria-current=step]').textContent?.trim()).toBe('Asking the camera');
  });

  test('shows a camera’s name as text, never as markup', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = await show({ ...claimed, cameraName: name, role: 'owner', checkCode: '0000' });
    expect(wordsOf(page)).toContain(name);
    expect(page.shadowRoot?.querySelector('img')).toBeNull();
  });

  test.each(failures)('says what %s means and what to do, of a code and of a link', async (code) => {
    for (const [link, kind] of [
      [claimLink, 'claim'],
      [lendLink, 'lend'],
    ] as const) {
      const page = await show({ type: 'failed', code }, link);
      const { heading, advice } = failureText(code, kind);
      expect(wordsOf(find(page, '[role=alert]'))).toBe(`${heading} ${advice}`);
    }
  });

  test('never sends somebody who borrows to the camera’s screen', () => {
    for (const code of failures) {
      const { heading, advice } = failureText(code, 'lend');
      expect(`${heading} ${advice}`).not.toMatch(/[Ss]can|reset the camera/);
    }
  });

  test.each(failures.filter(isLinkStillGood))('offers the same link again after %s', async (code) => {
    const page = await show({ type: 'failed', code });
    const again = nextEvent(page, 'claim-again');
    find(page, 'lk-button[variant=primary]').click();
    await again;
  });

  test('says that a look is borrowed, not that the camera is taken', async () => {
    expect(wordsOf(await show({ type: 'claiming', step: 'camera' }, lendLink))).toContain('Borrowing a look');
  });

  test('goes straight to the picture when a look was borrowed', async () => {
    const page = await show({ type: 'claiming', step: 'storing' }, lendLink);
    const shown = nextEvent(page, 'show-picture');
    page.state = { ...claimed, role: 'guest', checkCode: null };
    await shown;
  });

  test('tells somebody who was made an owner so, with no digits to compare', async () => {
    const page = await show({ ...claimed, role: 'owner', checkCode: null }, lendLink);
    expect(wordsOf(page)).toContain('Porch is yours too');
    expect(page.shadowRoot?.querySelector('lk-check-code')).toBeNull();
    const shown = nextEvent(page, 'show-picture');
    find(page, 'lk-button[variant=primary]').click();
    await shown;
  });

  test('takes six digits and nothing else, and hands them on', async () => {
    const page = await show({ type: 'confirming', wasWrong: false }, lendLink);
    const field = find(page, 'lk-digits-field') as ClaimPage;
    const input = find<HTMLInputElement>(field, 'input');
    expect([input.inputMode, input.autocomplete]).toEqual(['numeric', 'one-time-code']);
    await type(page, '12 34');
    expect(find(page, 'lk-button').hasAttribute('disabled')).toBe(true);
    await type(page, '123456');
    const entered = nextEvent<CodeEnteredEvent>(page, 'code-entered');
    find(page, 'lk-button').click();
    expect((await entered).code).toBe('123456');
  });

  test('says that the digits were wrong, until others are typed', async () => {
    const page = await show({ type: 'confirming', wasWrong: false }, lendLink);
    await type(page, '123456');
    page.state = { type: 'claiming', step: 'camera' };
    await page.updateComplete;
    page.state = { type: 'confirming', wasWrong: true };
    await page.updateComplete;
    const field = find(page, 'lk-digits-field') as ClaimPage;
    await field.updateComplete;
    expect(wordsOf(find(field, '[role=alert]'))).toBe('Those were not the digits. Look at the camera again.');
    expect(find<HTMLInputElement>(field, 'input').value).toBe('');
    await type(page, '6');
    expect(field.shadowRoot?.querySelector('[role=alert]')).toBeNull();
  });

  test('offers to scan again when the link is used up', async () => {
    const page = await show({ type: 'failed', code: 'already_claimed' });
    const again = nextEvent(page, 'scan-again');
    find(page, 'lk-button[variant=primary]').click();
    await again;
  });
});

describe('link page', () => {
  test.each([claimLink, lendLink])(
    'hands on %s, typed or pasted, without the spaces around it',
    async (link) => {
      const page = await mount(html`<link-page></link-page>`);
      const found = nextEvent<LinkFoundEvent>(page, 'link-found');
      await write(page, `  ${link} `);
      find(page, 'lk-button').click();
      expect((await found).link).toBe(link);
    },
  );

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

/** Writes digits as a phone's keys do. */
async function type(page: ClaimPage, digits: string): Promise<void> {
  const field = find(page, 'lk-digits-field') as ClaimPage;
  const input = find<HTMLInputElement>(field, 'input');
  input.value = digits;
  input.dispatchEvent(new InputEvent('input'));
  await page.updateComplete;
  await field.updateComplete;
}

async function write(page: Element, text: string): Promise<void> {
  const field = find(page, 'lk-text-field') as ClaimPage;
  const input = find<HTMLInputElement>(field, 'input');
  input.value = text;
  input.dispatchEvent(new InputEvent('input'));
  await field.updateComplete;
  await (page as ClaimPage).updateComplete;
}
