import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import './camera-card.ts';
import './check-banner.ts';
import './check-code.ts';
import './chips.ts';
import type { ChipChangeEvent } from './chips.ts';
import './digits-field.ts';
import type { DigitsChangeEvent } from './digits-field.ts';
import './picture.ts';
import './presence.ts';
import './sheet.ts';
import type { SheetElement } from './sheet.ts';
import './steps.ts';
import { find, mount, nextEvent, wordsOf } from './testing/mount.ts';
import './text-field.ts';
import type { TextChangeEvent, TextFieldElement } from './text-field.ts';
import './toast.ts';
import './toggle.ts';
import type { SwitchChangeEvent } from './toggle.ts';
import './top-bar.ts';

describe('camera card', () => {
  const card = html`<lk-camera-card name="<b>Door</b>" presence="offline" note="Lent to you"></lk-camera-card>`;

  test('says the name as it is, the presence in words and the note', async () => {
    expect(wordsOf(await mount(card))).toBe('<b>Door</b> Not reachable Lent to you');
  });

  test('a tap asks to open it, the dots ask for its menu', async () => {
    const element = await mount(card);
    const opened = nextEvent(element, 'camera-open');
    find(element, '.open').click();
    await opened;
    const menu = nextEvent(element, 'camera-menu');
    find(element, 'lk-icon-button').click();
    await menu;
  });
});

test.each([
  ['checking', 'Looking for it'],
  ['online', 'Online'],
  ['offline', 'Not reachable'],
  ['ended', 'Ended'],
])('presence %s is said as "%s"', async (presence, words) => {
  expect(wordsOf(await mount(html`<lk-presence presence=${presence}></lk-presence>`))).toBe(words);
});

test('the check code is read digit by digit', async () => {
  const code = find(await mount(html`<lk-check-code code="0071"></lk-check-code>`), '[role=img]');
  expect(code.getAttribute('aria-label')).toBe('Check code 0 0 7 1');
});

test('the check banner asks one question and emits both answers', async () => {
  const banner = await mount(html`<lk-check-banner code="4071"></lk-check-banner>`);
  const match = nextEvent(banner, 'check-match');
  find(banner, '.match').click();
  await match;
  const differ = nextEvent(banner, 'check-differ');
  find(banner, 'button:not(.match)').click();
  await differ;
});

test('steps mark what is done, what is under way, and no more', async () => {
  const steps = await mount(html`<lk-steps .steps=${['One', 'Two', 'Three']} .current=${1}></lk-steps>`);
  expect(find(steps, '[aria-current=step]').textContent?.trim()).toBe('Two');
  expect(wordsOf(steps)).toBe('One , done Two Three');
});

describe('sheet', () => {
  test('opens as a modal dialog named by its heading', async () => {
    const sheet = await mount(html`<lk-sheet open heading="Rename">…</lk-sheet>`);
    const dialog = find<HTMLDialogElement>(sheet, 'dialog');
    expect(dialog.matches(':modal')).toBe(true);
    expect(find(sheet, '#heading').textContent).toBe('Rename');
  });

  test('a tap beside it puts it away and says so', async () => {
    const sheet = await mount<SheetElement>(html`<lk-sheet open heading="Rename">…</lk-sheet>`);
    const closed = nextEvent(sheet, 'sheet-close');
    find(sheet, 'dialog').click();
    await closed;
  });

  test('says nothing when it is closed from outside', async () => {
    const sheet = await mount<SheetElement>(html`<lk-sheet open heading="Rename">…</lk-sheet>`);
    let isTold = false;
    sheet.addEventListener('sheet-close', () => {
      isTold = true;
    });
    const closed = nextEvent(find(sheet, 'dialog'), 'close');
    sheet.open = false;
    await closed;
    expect(isTold).toBe(false);
  });
});

describe('text field', () => {
  test('emits what is typed, and Enter', async () => {
    const field = await mount<TextFieldElement>(html`<lk-text-field label="Name"></lk-text-field>`);
    const input = find<HTMLInputElement>(field, 'input');
    const changed = nextEvent<TextChangeEvent>(field, 'text-change');
    input.value = 'Boat';
    input.dispatchEvent(new InputEvent('input'));
    expect((await changed).value).toBe('Boat');
    const submitted = nextEvent(field, 'text-submit');
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    await submitted;
  });

  test('ties its problem to the input', async () => {
    const field = await mount(html`<lk-text-field label="Name" problem="Too long."></lk-text-field>`);
    expect(find(field, 'input').getAttribute('aria-describedby')).toBe('problem');
    expect(find(field, '[role=alert]').textContent).toBe('Too long.');
  });
});

describe('chips', () => {
  const chips = [
    { value: 'a', words: '15 min' },
    { value: 'b', words: '1 hour' },
  ];

  test('show one answer as chosen, and emit another', async () => {
    const element = await mount(html`<lk-chips label="How long?" .chips=${chips} value="b"></lk-chips>`);
    expect(find(element, 'legend').textContent).toBe('How long?');
    expect(find<HTMLInputElement>(element, ':checked').value).toBe('b');
    const changed = nextEvent<ChipChangeEvent>(element, 'chip-change');
    find(element, 'input').click();
    expect((await changed).value).toBe('a');
  });

  test('are as large as a thumb', async () => {
    const element = await mount(html`<lk-chips label="How long?" .chips=${chips}></lk-chips>`);
    const { width, height } = find(element, 'input').getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(48);
  });
});

describe('toggle', () => {
  test('is a switch with a name and a meaning, and emits what it becomes', async () => {
    const element = await mount(html`<lk-toggle label="Listen" note="Hear it." on></lk-toggle>`);
    const button = find(element, '[role=switch]');
    expect(button.getAttribute('aria-checked')).toBe('true');
    const changed = nextEvent<SwitchChangeEvent>(element, 'switch-change');
    button.click();
    expect((await changed).isOn).toBe(false);
  });
});

describe('digits field', () => {
  test('keeps digits only, and no more than there are', async () => {
    const element = await mount(html`<lk-digits-field label="Digits" count="6"></lk-digits-field>`);
    const input = find<HTMLInputElement>(element, 'input');
    input.value = '12 34-5678';
    const changed = nextEvent<DigitsChangeEvent>(element, 'digits-change');
    input.dispatchEvent(new InputEvent('input'));
    expect((await changed).value).toBe('123456');
    expect(input.value).toBe('123456');
  });

  test('ties its problem to the input', async () => {
    const element = await mount(html`<lk-digits-field label="Digits" problem="Wrong."></lk-digits-field>`);
    expect(find(element, 'input').getAttribute('aria-describedby')).toBe('problem');
  });
});

describe('toast', () => {
  test('draws nothing without a message', async () => {
    expect(wordsOf(await mount(html`<lk-toast></lk-toast>`))).toBe('');
  });

  test('emits accept and dismiss', async () => {
    const toast = await mount(html`<lk-toast message="New" action="Update"></lk-toast>`);
    const accepted = nextEvent(toast, 'toast-accept');
    find(toast, '.accept').click();
    await accepted;
    const dismissed = nextEvent(toast, 'toast-dismiss');
    find(toast, 'lk-icon-button').click();
    await dismissed;
  });
});

test('the top bar emits back, and has no button without a name for it', async () => {
  const bar = await mount(html`<lk-top-bar back="Back">Scan</lk-top-bar>`);
  const back = nextEvent(bar, 'back');
  find(bar, 'lk-icon-button').click();
  await back;
  expect(
    (await mount(html`<lk-top-bar>Scan</lk-top-bar>`)).shadowRoot?.querySelector('lk-icon-button'),
  ).toBeNull();
});

test('the picture is muted, whole and on black until told otherwise', async () => {
  const picture = await mount(html`<lk-picture label="Live"></lk-picture>`);
  const video = find<HTMLVideoElement>(picture, 'video');
  expect(video.muted).toBe(true);
  expect(getComputedStyle(video).objectFit).toBe('contain');
  expect(getComputedStyle(picture).backgroundColor).toBe('rgb(0, 0, 0)');
});
