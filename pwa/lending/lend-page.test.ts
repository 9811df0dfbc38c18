import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { buildGrant, buildOwner } from '../app/testing/fake-lending.ts';
import { buildCamera, buildLentCamera } from '../app/testing/fake-use-cases.ts';
import { find, mount, wordsOf } from '../ui/testing/mount.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import './lend-page.ts';
import type { LendPage } from './lend-page.ts';
import { LendingError, type LendRequest } from './lending.ts';

describe('the page where one lends', () => {
  test('lends an hour to a guest with one tap', async () => {
    const { page, requests } = await show();
    await press(page, '.actions lk-button');
    expect(requests).toEqual([
      {
        name: 'Guest',
        scope: ['watch', 'listen', 'snapshot'],
        period: { type: 'duration', seconds: 3600 },
        hours: null,
        isTransfer: false,
      },
    ]);
  });

  test('takes a name that was lent to before with a tap', async () => {
    const { page, requests } = await show();
    page.entries = [
      buildOwner(),
      buildGrant({ id: 'a', name: 'Anna' }),
      buildGrant({ id: 'b', name: 'Guest' }),
    ];
    await settle();
    const names = page.shadowRoot?.querySelectorAll<HTMLElement>('.names button') ?? [];
    expect([...names].map((each) => each.textContent?.trim())).toEqual(['Anna']);
    names[0]?.click();
    await press(page, '.actions lk-button');
    expect(requests[0]?.name).toBe('Anna');
  });

  test('says on its button what will be lent', async () => {
    const { page } = await show();
    await choose(page, 'today');
    expect(wordsOf(find(page, '.actions'))).toContain('Lend until midnight');
  });

  test('gives and takes rights, but never the one to watch', async () => {
    const { page, requests } = await show();
    expect(wordsOf(find(page, '.summary'))).toBe('They may Watch, listen, snapshots');
    await press(page, '.summary');
    const field = find(page, 'rights-field');
    await press(find(field, 'lk-toggle[label=Listen]'), 'button');
    await press(find(field, 'lk-toggle[label=Talk]'), 'button');
    await press(find(field, 'lk-toggle[label=Watch]'), 'button');
    await press(page, '.actions lk-button');
    expect(requests[0]?.scope).toEqual(['watch', 'snapshot', 'talk']);
  });

  test('offers a guest no more than they have', async () => {
    const { page } = await show(buildLentCamera({ scope: ['watch', 'lend'] }));
    const toggles = find(page, 'rights-field').shadowRoot?.querySelectorAll('lk-toggle') ?? [];
    expect([...toggles].map((each) => each.getAttribute('label'))).toEqual(['Watch', 'Lend on']);
    expect(wordsOf(find(page, 'lk-chips'))).not.toContain('owner');
  });

  test('says what an owner must do at the camera, and can hand the camera over', async () => {
    const { page, requests } = await show();
    await choose(page, 'owner');
    expect(wordsOf(page)).toContain('six digits');
    expect(page.shadowRoot?.querySelector('rights-field')).toBeNull();
    await press(find(page, '.panel lk-toggle'), 'button');
    expect(wordsOf(find(page, '.actions'))).toContain('Hand the camera over');
    await press(page, '.actions lk-button');
    expect(requests).toMatchObject([
      { name: 'Owner', scope: ['owner'], period: { type: 'endless' }, isTransfer: true },
    ]);
  });

  test('lends Mondays from nine to twelve', async () => {
    const { page, requests } = await show();
    await choose(page, 'hours');
    const field = find(page, 'hours-field');
    await press(field, 'button[value="1"]');
    expect(find(field, 'button[value="1"]').getAttribute('aria-pressed')).toBe('true');
    await press(page, '.actions lk-button');
    const tz = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(requests[0]?.hours).toEqual({ tz, spans: [{ days: [1], from: 540, until: 720 }] });
  });

  test('takes several times a week, also over midnight', async () => {
    const { page, requests } = await show();
    await choose(page, 'hours');
    const field = find(page, 'hours-field');
    await press(field, 'button[value="5"]');
    await press(field, 'lk-button[icon=plus]');
    await press(field, 'fieldset:nth-of-type(2) button[value="7"]');
    const [from, until] = field.shadowRoot?.querySelectorAll('fieldset:nth-of-type(2) lk-text-field') ?? [];
    await write(from, '22:00');
    await write(until, '00:00');
    await press(page, '.actions lk-button');
    expect(requests[0]?.hours?.spans).toEqual([
      { days: [5], from: 540, until: 720 },
      { days: [7], from: 1320, until: 1440 },
    ]);
  });

  test('says what is missing once one tries, beside the button, and no sooner', async () => {
    const { page, requests } = await show();
    await choose(page, 'until');
    expect(page.shadowRoot?.querySelector('[role=alert]')).toBeNull();
    await press(page, '.actions lk-button');
    expect(find(page, '.actions [role=alert]').textContent).toBe('Say when it ends.');
    expect(requests).toEqual([]);
  });

  test('says why it did not work, and lets one try again', async () => {
    const lend = vi
      .fn()
      .mockRejectedValueOnce(new LendingError('storage_failed'))
      .mockResolvedValue(undefined);
    const { page } = await show(buildCamera(), lend);
    await press(page, '.actions lk-button');
    expect(find(page, '[role=alert]').textContent).toContain('did not work');
    await press(page, '.actions lk-button');
    expect(page.shadowRoot?.querySelector('[role=alert]')).toBeNull();
    expect(lend).toHaveBeenCalledTimes(2);
  });

  test('sends once, however often it is tapped', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const lend = vi.fn(() => promise);
    const { page } = await show(buildCamera(), lend);
    await press(page, '.actions lk-button');
    await press(page, '.actions lk-button');
    expect(lend).toHaveBeenCalledOnce();
    resolve(undefined);
  });
});

async function show(camera: CameraSummary = buildCamera(), lend?: () => Promise<void>) {
  const requests: LendRequest[] = [];
  const take = async (request: LendRequest) => {
    requests.push(request);
  };
  const page = await mount<LendPage>(html`<lend-page .camera=${camera} .lend=${lend ?? take}></lend-page>`);
  await settle();
  return { page, requests };
}

async function choose(page: Element, value: string): Promise<void> {
  await press(find(page, 'lk-chips'), `input[value="${value}"]`);
}

async function press(root: Element, selector: string): Promise<void> {
  find(root, selector).click();
  await settle();
}

async function write(field: Element | undefined, value: string): Promise<void> {
  if (!field) throw new TypeError('no such field');
  const input = find<HTMLInputElement>(field, 'input');
  input.value = value;
  input.dispatchEvent(new InputEvent('input'));
  await settle();
}

async function settle(): Promise<void> {
  for (let depth = 0; depth < 12; depth += 1) await Promise.resolve();
}
