import { html } from 'lit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildInvite, FakeLoan } from '../app/testing/fake-lending.ts';
import { buildCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { LendingOpenEvent } from '../viewing/camera-events.ts';
import type { LoanCode } from './loan-code.ts';
import './loan-page.ts';
import { LendingError, type LoanState } from './lending.ts';
import type { LoanPage } from './loan-page.ts';

afterEach(() => {
  vi.restoreAllMocks();
  Reflect.deleteProperty(navigator, 'share');
});

describe('a look just lent', () => {
  test.each<[LoanState, RegExp]>([
    [{ type: 'sending' }, /^Telling the camera/],
    [{ type: 'queued' }, /^The camera is not reachable It is told as soon as it is back/],
    [{ type: 'waiting' }, /^Waiting for Anna The link can be opened once, until/],
    [{ type: 'confirming' }, /^Somebody is typing the camera’s digits/],
    [{ type: 'taken', device: 'iPhone' }, /^Anna is in On iPhone/],
    [{ type: 'expired' }, /^Nobody opened it/],
    [{ type: 'withdrawn' }, /^Taken back/],
    [{ type: 'refused', code: 'too_many' }, /^The camera said no The camera’s list is full/],
  ])('says its fate while one watches: %o', async (state, words) => {
    const { page, loan } = await show();
    const status = find(page, '[role=status]');
    loan.state.set(state);
    await page.updateComplete;
    expect(find(page, '[role=status]')).toBe(status);
    expect(wordsOf(status)).toMatch(words);
  });

  test('shows its link as a code on white, with the margin that readers need', async () => {
    const { page, loan } = await show();
    const code = find<LoanCode>(page, 'loan-code');
    await code.updateComplete;
    expect(code.link).toBe(loan.link);
    expect(getComputedStyle(code).backgroundColor).toBe('rgb(255, 255, 255)');
    const path = find(code, 'path').getAttribute('d') ?? '';
    expect(path.startsWith('M4 4h7v1H4z')).toBe(true);
    expect(code.shadowRoot?.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('code');
  });

  test.each(['taken', 'expired', 'withdrawn', 'confirming'] as const)(
    'has no code to scan once it is %s',
    async (type) => {
      const { page, loan } = await show();
      loan.state.set(type === 'taken' ? { type, device: 'iPhone' } : { type });
      await page.updateComplete;
      expect(page.shadowRoot?.querySelector('loan-code')).toBeNull();
    },
  );

  test('shares the link and nothing else, not even a title', async () => {
    const share = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'share', { value: share, configurable: true });
    const { page, loan } = await show();
    find(page, 'lk-button[icon=share]').click();
    expect(share.mock.calls).toEqual([[{ url: loan.link }]]);
  });

  test('says nothing of it when sharing is waved away', async () => {
    const share = () => Promise.reject(new DOMException('no', 'AbortError'));
    Object.defineProperty(navigator, 'share', { value: share, configurable: true });
    const { page } = await show();
    find(page, 'lk-button[icon=share]').click();
    await page.updateComplete;
    expect(page.shadowRoot?.querySelector('[role=alert]')).toBeNull();
  });

  test('copies where it cannot share, and says so for a while', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const { page, loan } = await show();
    expect(page.shadowRoot?.querySelector('[icon=share]')).toBeNull();
    find(page, 'lk-button[icon=copy]').click();
    await vi.waitFor(() => expect(wordsOf(page)).toContain('Copied'));
    expect(write).toHaveBeenCalledWith(loan.link);
  });

  test('shows the link where it cannot be copied either', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    const { page, loan } = await show();
    find(page, 'lk-button[icon=copy]').click();
    await vi.waitFor(() => expect(wordsOf(page)).toContain(loan.link));
  });

  test('is taken back with a tap', async () => {
    const { page } = await show();
    find(page, 'lk-button[variant=danger]').click();
    await vi.waitFor(() => expect(wordsOf(page)).toContain('The link opens nothing any more'));
    expect(wordsOf(page)).toContain('Lend again');
  });

  test('says when it could not be taken back', async () => {
    const { page, loan } = await show();
    vi.spyOn(loan, 'withdraw').mockRejectedValue(new LendingError('camera_offline'));
    find(page, 'lk-button[variant=danger]').click();
    await vi.waitFor(() => expect(wordsOf(page)).toContain('The camera does not answer'));
  });

  test('says what it gives, as the camera has it', async () => {
    const { page } = await show(buildInvite({ id: 'loan', scope: ['watch', 'talk'], duration: 900 }));
    expect(wordsOf(find(page, '.offer'))).toBe('A look for Anna 15 min from when it is opened · Watch, talk');
  });

  test('is a key when it makes an owner', async () => {
    const { page } = await show(buildInvite({ id: 'loan', scope: ['owner'], duration: null }));
    expect(wordsOf(find(page, 'h1'))).toBe('A key for Anna');
  });

  test('leads on to the list when it was taken', async () => {
    const { page, loan } = await show();
    loan.state.set({ type: 'taken', device: 'iPhone' });
    await page.updateComplete;
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    find(page, 'lk-button[icon=people]').click();
    expect((await opened).view).toBe('access');
  });

  test('tells whoever gave the camera away that it has arrived', async () => {
    const { page, loan } = await show(null, buildCamera({ ending: 'revoked' }));
    loan.state.set({ type: 'taken', device: 'Anna' });
    await page.updateComplete;
    expect(wordsOf(page)).toContain('This phone has given its key up');
    expect(page.shadowRoot?.querySelector('[icon=people]')).toBeNull();
  });

  test('of which nothing is left says where to look', async () => {
    const page = await mount<LoanPage>(html`<loan-page .camera=${buildCamera()}></loan-page>`);
    expect(wordsOf(page)).toContain('That link is done with');
    page.loading = true;
    await page.updateComplete;
    expect(wordsOf(page)).toBe('');
  });
});

async function show(
  entry: ReturnType<typeof buildInvite> | null = null,
  camera: CameraSummary = buildCamera(),
) {
  const loan = new FakeLoan('loan', 'Anna');
  const page = await mount<LoanPage>(
    html`<loan-page .camera=${camera} .loan=${loan} .entry=${entry}></loan-page>`,
  );
  return { page, loan };
}
