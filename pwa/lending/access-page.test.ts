import { html } from 'lit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AccessEntry } from '#shared/down-message.ts';
import {
  buildGrant,
  buildInvite,
  buildOwner,
  buildWithdrawn,
  FakeLending,
  FakeLoan,
} from '../app/testing/fake-lending.ts';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { CameraForgetEvent } from '../viewing/camera-change-events.ts';
import type { LendingOpenEvent } from '../viewing/camera-events.ts';
import './access-page.ts';
import type { AccessPage } from './access-page.ts';
import { type AccessListState, LendingError } from './lending.ts';

const nowS = 1_800_000_000;
const anna = buildGrant({ id: 'anna', name: 'Anna', scope: ['watch', 'lend'], exp: nowS + 720, at: 5 });
const ben = buildGrant({ id: 'ben', name: 'Ben', by: 'anna', exp: nowS + 600, at: 4 });
const robin = buildOwner({ id: 'robin', name: 'Robin', is_own: false });

afterEach(() => vi.useRealTimers());

describe('who may look', () => {
  test('is listed under what they are', async () => {
    const { page } = await show([
      buildOwner(),
      anna,
      buildInvite({ id: 'link', name: 'Courier', open_until: nowS + 60 }),
      buildWithdrawn({ id: 'gone', name: 'Plumber', withdrawn_at: nowS }),
    ]);
    const sections = [...(page.shadowRoot?.querySelectorAll('section') ?? [])].map((section) => [
      section.querySelector('h2')?.textContent,
      section.querySelector('access-row')?.getAttribute('name'),
    ]);
    expect(sections).toEqual([
      ['Owners', 'Kim'],
      ['Guests', 'Anna'],
      ['Waiting links', 'Courier'],
      ['Ended lately', 'Plumber'],
    ]);
    expect(wordsOf(page)).toContain('Kim This phone');
  });

  test('is nobody but the owner at first, which it says, and offers to lend', async () => {
    const { page } = await show([buildOwner()]);
    expect(wordsOf(page)).toContain('Nobody else may look');
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    find(page, '.actions lk-button').click();
    expect([(await opened).view, (await opened).cameraId]).toEqual(['lend', 'front-door']);
  });

  test('counts down with one timer, and moves who is through to the end', async () => {
    const { page } = await show([buildOwner(), anna, ben]);
    expect(wordsOf(page)).toContain('12 min left');
    expect(wordsOf(page)).toContain('10:00 left');
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(wordsOf(page)).toContain('Ended lately Ben Ran out just now');
    expect(wordsOf(page)).toContain('2:00 left');
    page.remove();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('names as text what looks like markup', async () => {
    const { page } = await show([{ ...anna, name: '<img src=x>' }]);
    expect(wordsOf(page)).toContain('<img src=x>');
    expect(find(page, 'access-row').shadowRoot?.querySelector('img')).toBeNull();
  });

  test('shows what the camera has not got yet, and leads to its code', async () => {
    const { page } = await show([buildOwner()]);
    page.loans = [
      new FakeLoan('link', 'Courier', { type: 'queued' }),
      new FakeLoan('other', 'Anna', { type: 'waiting' }),
    ];
    await settle();
    const row = find(find(page, 'loan-row'), 'access-row');
    expect(row.getAttribute('name')).toBe('Courier');
    expect(page.shadowRoot?.querySelectorAll('loan-row')).toHaveLength(1);
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    find(row, 'button').click();
    expect([(await opened).view, (await opened).loanId]).toEqual(['loan', 'link']);
  });

  test('cannot be changed while the camera is away, which it says', async () => {
    const { page, sheet } = await pick([buildOwner(), anna], 'Anna', { isFresh: false });
    expect(wordsOf(find(page, '.notice'))).toContain('The camera is not reachable');
    const enabled = sheet.shadowRoot?.querySelectorAll('lk-button:not([disabled], [variant=quiet])');
    expect(enabled).toHaveLength(0);
  });

  test.each([
    [{ type: 'loading' }, 'Asking the camera'],
    [{ type: 'failed', code: 'rendezvous_offline' }, 'cannot reach the meeting point'],
  ] as const)('says of %o where it is', async (access, words) => {
    const { page } = await show(access);
    expect(wordsOf(page)).toContain(words);
  });

  test('is asked for again after it did not come', async () => {
    const { page } = await show({ type: 'failed', code: 'camera_offline' });
    const again = nextEvent(page, 'lending-retry');
    find(page, 'lk-button[icon=retry]').click();
    await again;
  });

  test.each([
    [buildCamera(), 1, 'take its access back'],
    [buildLentCamera({ scope: ['watch', 'lend'] }), 0, 'Ask an owner'],
  ] as const)(
    '%# helps with a lost phone, and shows owners alone who watched',
    async (camera, logs, words) => {
      const { page } = await show([buildOwner()], camera);
      expect(page.shadowRoot?.querySelectorAll('[icon=history]')).toHaveLength(logs);
      find(page, '[icon=info]').click();
      await settle();
      const sheet = find(page, 'lost-phone-sheet');
      expect(wordsOf(sheet)).toContain(words);
      expect(wordsOf(sheet)).toContain('latchkey qr');
      find(sheet, 'lk-button').click();
      await settle();
      expect(page.shadowRoot?.querySelector('lost-phone-sheet')).toBeNull();
    },
  );
});

describe('somebody on the list', () => {
  test.each([
    ['+15 min', 900],
    ['+1 hour', 3600],
    ['+1 day', 86_400],
  ])('gets %s on top of what is left with one tap', async (words, seconds) => {
    const { sheet, lending } = await pick([buildOwner(), anna], 'Anna');
    await press(sheet, (each) => wordsOf(each) === words);
    expect(lending.changes).toEqual([{ id: 'anna', change: { exp: nowS + 720 + seconds } }]);
    expect(wordsOf(find(sheet, '[role=status]'))).toMatch(/^Now until/);
  });

  test('gets it from now on when their time has run out', async () => {
    const over = { ...anna, exp: nowS - 3600 };
    const { sheet, lending } = await pick([buildOwner(), over], 'Anna');
    await press(sheet, (each) => wordsOf(each) === '+15 min');
    expect(lending.changes).toEqual([{ id: 'anna', change: { exp: nowS + 900 } }]);
  });

  test('gets another name', async () => {
    const { sheet, lending } = await pick([buildOwner(), anna], 'Anna');
    await press(sheet, (each) => each.getAttribute('icon') === 'rename');
    const edit = find(sheet, 'access-edit');
    await write(find(edit, 'lk-text-field'), ' Anna B ');
    find(edit, 'lk-button[variant=primary]').click();
    await settle();
    expect(lending.changes).toEqual([{ id: 'anna', change: { name: 'Anna B' } }]);
    expect(sheet.shadowRoot?.querySelector('access-edit')).toBeNull();
  });

  test('gets other rights', async () => {
    const { sheet, lending } = await pick([buildOwner(), anna], 'Anna');
    await press(sheet, (each) => each.getAttribute('icon') === 'eye');
    const edit = find(sheet, 'access-edit');
    find(find(find(edit, 'rights-field'), 'lk-toggle[label="Lend on"]'), 'button').click();
    await settle();
    find(edit, 'lk-button[variant=primary]').click();
    await settle();
    expect(lending.changes).toEqual([{ id: 'anna', change: { scope: ['watch'] } }]);
  });

  test('gets hours, and loses them again', async () => {
    const { sheet, lending } = await pick([buildOwner(), anna], 'Anna');
    await press(sheet, (each) => each.getAttribute('icon') === 'hourglass');
    const edit = find(sheet, 'access-edit');
    expect(find(edit, 'lk-button[variant=primary]').hasAttribute('disabled')).toBe(true);
    find(find(edit, 'hours-field'), 'button[value="2"]').click();
    await settle();
    find(edit, 'lk-button[variant=primary]').click();
    await settle();
    const tz = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const hours = { tz, spans: [{ days: [2], from: 540, until: 720 }] };
    expect(lending.changes).toEqual([{ id: 'anna', change: { hours } }]);

    const again = await pick([buildOwner(), { ...anna, hours } as AccessEntry], 'Anna');
    await press(again.sheet, (each) => each.getAttribute('icon') === 'hourglass');
    find(find(again.sheet, 'access-edit'), 'lk-button:not([variant])').click();
    await settle();
    expect(again.lending.changes).toEqual([{ id: 'anna', change: { hours: null } }]);
  });

  test('is taken back after a second yes, which names everybody who falls with them', async () => {
    const { page, sheet, lending } = await pick([buildOwner(), anna, ben], 'Anna');
    await press(sheet, (each) => each.getAttribute('variant') === 'danger');
    expect(lending.revoked).toEqual([]);
    expect(wordsOf(sheet)).toContain('Take it back from Anna?');
    expect(wordsOf(sheet)).toContain('lent on by it: Ben.');
    await press(sheet, (each) => each.getAttribute('variant') === 'danger');
    expect(lending.revoked).toEqual(['anna']);
    expect(page.shadowRoot?.querySelector('access-sheet')).toBeNull();
  });

  test('stays on show with the reason when the camera did not do it', async () => {
    const { sheet, lending } = await pick([buildOwner(), anna], 'Anna');
    lending.failure = new LendingError('not_stored');
    await press(sheet, (each) => wordsOf(each) === '+1 day');
    expect(find(sheet, '[role=alert]').textContent).toContain('could not write it down');
  });

  test('who is an owner can be renamed and taken back, and no more', async () => {
    const { sheet } = await pick([buildOwner(), robin], 'Robin');
    const icons = [...(sheet.shadowRoot?.querySelectorAll('lk-button[icon]') ?? [])].map((each) =>
      each.getAttribute('icon'),
    );
    expect(icons).toEqual(['rename', 'trash']);
  });

  test('who is the last owner cannot be taken back, and the reason is there', async () => {
    const { sheet } = await pick([buildOwner(), anna], 'Kim');
    expect(find(sheet, 'lk-button[variant=danger]').hasAttribute('disabled')).toBe(true);
    expect(wordsOf(sheet)).toContain('only owner');
  });

  test('who is this phone itself goes as a camera that is forgotten', async () => {
    const { page, sheet, lending } = await pick([buildOwner(), robin], 'Kim');
    await press(sheet, (each) => each.getAttribute('variant') === 'danger');
    const forgotten = nextEvent<CameraForgetEvent>(page, 'camera-forget');
    await press(sheet, (each) => each.getAttribute('variant') === 'danger');
    expect((await forgotten).cameraId).toBe('front-door');
    expect(lending.revoked).toEqual([]);
  });

  test('has a code that can be shown again while this phone has it', async () => {
    const invite = buildInvite({ id: 'link', name: 'Courier', open_until: nowS + 60 });
    const { page, sheet } = await pick([buildOwner(), invite], 'Courier');
    expect(sheet.shadowRoot?.querySelector('[icon=scan]')).toBeNull();
    page.loans = [new FakeLoan('link', 'Courier')];
    await settle();
    const opened = nextEvent<LendingOpenEvent>(page, 'lending-open');
    find(sheet, '[icon=scan]').click();
    expect((await opened).loanId).toBe('link');
  });

  test('goes from the screen when they go from the list', async () => {
    const { page } = await pick([buildOwner(), anna], 'Anna');
    page.access = { type: 'known', entries: [buildOwner()], isFresh: true };
    await settle();
    expect(page.shadowRoot?.querySelector('access-sheet')).toBeNull();
  });
});

async function show(access: readonly AccessEntry[] | AccessListState, camera: CameraSummary = buildCamera()) {
  vi.useFakeTimers({ now: nowS * 1000 });
  const lending = new FakeLending();
  const state = 'type' in access ? access : { type: 'known', entries: access, isFresh: true };
  const page = await mount<AccessPage>(
    html`<access-page .camera=${camera} .access=${state} .lending=${lending}></access-page>`,
  );
  await settle();
  return { page, lending };
}

async function pick(entries: readonly AccessEntry[], name: string, { isFresh = true } = {}) {
  const { page, lending } = await show({ type: 'known', entries, isFresh });
  find(find(page, `access-row[name="${name}"]`), 'button').click();
  await settle();
  return { page, lending, sheet: find(page, 'access-sheet') };
}

async function press(sheet: Element, isMeant: (button: Element) => boolean): Promise<void> {
  const buttons = [...(sheet.shadowRoot?.querySelectorAll<HTMLElement>('lk-button') ?? [])];
  const button = buttons.find(isMeant);
  if (!button) throw new TypeError(`none of ${buttons.map(wordsOf).join(', ')}`);
  button.click();
  await settle();
}

async function write(field: Element, value: string): Promise<void> {
  const input = find<HTMLInputElement>(field, 'input');
  input.value = value;
  input.dispatchEvent(new InputEvent('input'));
  await settle();
}

async function settle(): Promise<void> {
  for (let depth = 0; depth < 16; depth += 1) await Promise.resolve();
}
