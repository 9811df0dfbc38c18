import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { FakeLending, FakeLoan } from '../app/testing/fake-lending.ts';
import { buildCamera, buildLentCamera, FakeUseCases } from '../app/testing/fake-use-cases.ts';
import { find, mount, nextEvent, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { LendingOpenEvent, LendingView } from '../viewing/camera-events.ts';
import { LendingError } from './lending.ts';
import './lending-pages.ts';
import type { LendingPages } from './lending-pages.ts';

describe('the pages about lending', () => {
  test('share one open list, which is closed when they are left', async () => {
    const { pages, useCases } = await show('access');
    pages.view = 'lend';
    await settle();
    expect(useCases.lendings).toHaveLength(1);
    pages.remove();
    expect(useCases.lendings[0]?.isClosed).toBe(true);
  });

  test('close a list that is opened too late', async () => {
    const useCases = new FakeUseCases();
    const { promise, resolve } = Promise.withResolvers<FakeLending>();
    vi.spyOn(useCases, 'openLending').mockReturnValue(promise);
    const { pages } = await show('access', { useCases });
    pages.remove();
    const lending = new FakeLending();
    resolve(lending);
    await settle();
    expect(lending.isClosed).toBe(true);
  });

  test('wait for the cameras before they open anything', async () => {
    const { pages, useCases } = await show('access', { cameras: null });
    expect([wordsOf(pages), useCases.lendings.length]).toEqual(['', 0]);
    pages.cameras = [buildCamera()];
    await settle();
    expect(useCases.lendings).toHaveLength(1);
  });

  test('open another camera’s list in the place of the one before', async () => {
    const { pages, useCases } = await show('access', {
      cameras: [buildCamera(), buildCamera({ id: 'boat' })],
    });
    pages.cameraId = 'boat';
    await settle();
    expect(useCases.lendings.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test.each<[LendingView, CameraSummary | null]>([
    ['lend', null],
    ['lend', buildLentCamera()],
    ['access', buildLentCamera()],
    ['log', buildLentCamera({ scope: ['watch', 'lend'] })],
    ['lend', buildCamera({ ending: 'revoked' })],
  ])('refuse the page "%s" to whom it is not for (%#)', async (view, camera) => {
    const { pages, useCases } = await show(view, { cameras: camera ? [camera] : [] });
    expect(wordsOf(pages)).toContain('Not for this phone');
    expect(useCases.lendings).toHaveLength(0);
  });

  test('go on to what was lent, and keep it on show to its end', async () => {
    const { pages, useCases } = await show('lend');
    const opened = nextEvent<LendingOpenEvent>(pages, 'lending-open');
    find(find(pages, 'lend-page'), '.actions lk-button').click();
    const { view, loanId } = await opened;
    expect([view, loanId]).toEqual(['loan', 'loan-1']);
    Object.assign(pages, { view, loanId });
    await settle();
    const loan = useCases.lendings[0]?.loans.value[0] as FakeLoan;
    loan.state.set({ type: 'taken', device: 'iPhone' });
    useCases.lendings[0]?.loans.set([]);
    pages.cameras = [buildCamera({ ending: 'revoked' })];
    await settle();
    expect(wordsOf(find(pages, 'loan-page'))).toContain('Guest is in');
    expect(loan.isClosed).toBe(false);
    pages.remove();
    expect(loan.isClosed).toBe(true);
  });

  test('lend also when it is asked for before the list is open', async () => {
    const useCases = new FakeUseCases();
    const { promise, resolve } = Promise.withResolvers<FakeLending>();
    vi.spyOn(useCases, 'openLending').mockReturnValue(promise);
    const { pages } = await show('lend', { useCases });
    find(find(pages, 'lend-page'), '.actions lk-button').click();
    await settle();
    const opened = nextEvent<LendingOpenEvent>(pages, 'lending-open');
    resolve(new FakeLending());
    expect((await opened).view).toBe('loan');
  });

  test('leave a look that is lent after they were left to itself', async () => {
    const useCases = new FakeUseCases();
    const { promise, resolve } = Promise.withResolvers<FakeLoan>();
    const lending = new FakeLending();
    vi.spyOn(lending, 'lend').mockReturnValue(promise);
    useCases.createLending = () => lending;
    const { pages } = await show('lend', { useCases });
    find(find(pages, 'lend-page'), '.actions lk-button').click();
    await settle();
    pages.remove();
    const loan = new FakeLoan('late', 'Anna');
    resolve(loan);
    await settle();
    expect(loan.isClosed).toBe(true);
  });

  test('find a loan again by its id, and without one the newest', async () => {
    const useCases = new FakeUseCases();
    const lending = new FakeLending();
    lending.loans.set([new FakeLoan('a', 'Anna'), new FakeLoan('b', 'Ben')]);
    useCases.createLending = () => lending;
    const { pages } = await show('loan', { useCases, loanId: 'a' });
    expect(wordsOf(find(pages, 'loan-page'))).toContain('Anna');
    pages.loanId = '';
    await settle();
    expect(wordsOf(find(pages, 'loan-page'))).toContain('Ben');
  });

  test('open the list anew after it could not be opened', async () => {
    const useCases = new FakeUseCases();
    const open = vi
      .spyOn(useCases, 'openLending')
      .mockRejectedValueOnce(new LendingError('rendezvous_offline'));
    const { pages } = await show('access', { useCases });
    const page = find(pages, 'access-page');
    expect(wordsOf(page)).toContain('cannot reach the meeting point');
    find(page, 'lk-button[icon=retry]').click();
    await settle();
    expect(open).toHaveBeenCalledTimes(2);
    expect(wordsOf(page)).toContain('Asking the camera');
  });

  test('ask for the log with what they have open', async () => {
    const { useCases } = await show('log');
    expect(useCases.lendings.map(({ asked }) => asked)).toEqual([[null]]);
  });
});

interface Show {
  readonly cameras?: readonly CameraSummary[] | null;
  readonly useCases?: FakeUseCases;
  readonly loanId?: string;
}

async function show(view: LendingView, options: Show = {}) {
  const { cameras = [buildCamera()], useCases = new FakeUseCases(), loanId = '' } = options;
  const pages = await mount<LendingPages>(
    html`<lending-pages
      view=${view}
      .cameraId=${cameras?.[0]?.id ?? 'front-door'}
      .loanId=${loanId}
      .cameras=${cameras}
      .useCases=${useCases}
    ></lending-pages>`,
  );
  await settle();
  return { pages, useCases };
}

async function settle(): Promise<void> {
  for (let depth = 0; depth < 16; depth += 1) await Promise.resolve();
}
