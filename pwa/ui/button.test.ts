import { html } from 'lit';
import { expect, test } from 'vitest';
import './button.ts';
import './icon-button.ts';
import { find, mount, wordsOf } from './testing/mount.ts';

test('a button shows its words and is clicked through its host', async () => {
  let clicks = 0;
  const button = await mount(html`<lk-button @click=${() => (clicks += 1)}>Scan</lk-button>`);
  find(button, 'button').click();
  expect(clicks).toBe(1);
  expect(wordsOf(button)).toBe('Scan');
});

test('a disabled button is not clicked', async () => {
  let clicks = 0;
  const button = await mount(html`<lk-button disabled @click=${() => (clicks += 1)}>Save</lk-button>`);
  find(button, 'button').click();
  expect(clicks).toBe(0);
});

test.each([
  html`<lk-button>Go</lk-button>`,
  html`<lk-button variant="primary">Go</lk-button>`,
  html`<lk-button variant="quiet">Go</lk-button>`,
  html`<lk-icon-button label="Back" icon="back"></lk-icon-button>`,
  html`<lk-icon-button label="Snapshot" icon="snapshot" tone="glass" caption></lk-icon-button>`,
])('every button is at least 48 px a side', async (template) => {
  const { width, height } = find(await mount(template), 'button').getBoundingClientRect();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(48);
});

test('an icon button has its label as its name, and says whether it is on', async () => {
  const button = find(
    await mount(html`<lk-icon-button label="Light" icon="torch" .pressed=${true}></lk-icon-button>`),
    'button',
  );
  expect(button.getAttribute('aria-label')).toBe('Light');
  expect(button.getAttribute('aria-pressed')).toBe('true');
});

test('a counting button tells its style how long, and never acts by itself', async () => {
  const button = await mount(html`<lk-button variant="primary" .countdownMs=${6000}>Show</lk-button>`);
  expect(button.style.getPropertyValue('--countdown')).toBe('6000ms');
});
