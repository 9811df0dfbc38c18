import { html, type TemplateResult } from 'lit';
import { describe, expect, test } from 'vitest';
import './button.ts';
import './camera-card.ts';
import './check-banner.ts';
import './check-code.ts';
import './chips.ts';
import './digits-field.ts';
import './hero.ts';
import './icon-button.ts';
import './later-icons.ts';
import './mark.ts';
import './picture.ts';
import './presence.ts';
import './sheet.ts';
import './sign.ts';
import './steps.ts';
import { colourSchemes, findViolations, showScheme } from './testing/accessibility.ts';
import { mount } from './testing/mount.ts';
import './text-field.ts';
import './toast.ts';
import './toggle.ts';
import './top-bar.ts';
import './viewfinder.ts';

const elements: Record<string, TemplateResult> = {
  'lk-button primary': html`<lk-button variant="primary" icon="scan">Scan</lk-button>`,
  'lk-button secondary': html`<lk-button>Photo</lk-button>`,
  'lk-button quiet': html`<lk-button variant="quiet">Cancel</lk-button>`,
  'lk-button danger': html`<lk-button variant="danger" icon="trash">Forget</lk-button>`,
  'lk-button disabled': html`<lk-button disabled>Save</lk-button>`,
  'lk-button counting': html`<lk-button variant="primary" .countdownMs=${1000}>Show</lk-button>`,
  'lk-icon-button': html`<lk-icon-button icon="more" label="Options"></lk-icon-button>`,
  'lk-icon-button on glass': html`<div class=\"night\"><lk-icon-button tone="glass" caption icon="sound" label="Mute" .pressed=${true}></lk-icon-button></div>`,
  'lk-camera-card': html`<lk-camera-card name="Front door" presence="online" note="Lent to you"></lk-camera-card>`,
  'lk-check-banner': html`<lk-check-banner code="4071"></lk-check-banner>`,
  'lk-check-code': html`<lk-check-code code="4071"></lk-check-code>`,
  'lk-chips': html`<lk-chips label="How long?" .chips=${[{ value: '1', words: '1 hour' }, { value: '2', words: 'As long as I may', isWide: true }]} value="1"></lk-chips>`,
  'lk-digits-field': html`<lk-digits-field label="Digits" value="12" problem="Wrong."></lk-digits-field>`,
  'lk-hero': html`<lk-hero></lk-hero>`,
  'lk-mark': html`<lk-mark wordmark></lk-mark>`,
  'lk-picture': html`<lk-picture label="Live picture of Front door"></lk-picture>`,
  'lk-presence': html`<lk-presence presence="offline"></lk-presence>`,
  'lk-sheet': html`<lk-sheet open heading="Rename"><lk-button>Save</lk-button></lk-sheet>`,
  'lk-sign': html`<lk-sign kind="problem"></lk-sign>`,
  'lk-steps': html`<lk-steps .steps=${['One', 'Two', 'Three']} .current=${1}></lk-steps>`,
  'lk-text-field': html`<lk-text-field label="Link" placeholder="https://" problem="Not a link."></lk-text-field>`,
  'lk-toast': html`<lk-toast message="A new version is ready" action="Update"></lk-toast>`,
  'lk-toggle': html`<lk-toggle label="Listen" note="Hear it." on></lk-toggle>`,
  'lk-toggle off': html`<lk-toggle label="Listen"></lk-toggle>`,
  'lk-toggle disabled': html`<lk-toggle label="Watch" note="See it." on disabled></lk-toggle>`,
  'lk-top-bar': html`<lk-top-bar back="Back">Scan</lk-top-bar>`,
  'lk-viewfinder': html`<lk-viewfinder .stream=${new MediaStream()}></lk-viewfinder>`,
};

const night = new CSSStyleSheet();
night.replaceSync('.night { background: var(--picture-ground) }');
document.adoptedStyleSheets.push(night);

describe.each(colourSchemes)('in %s', (scheme) => {
  test.each(Object.entries(elements))('%s has nothing axe objects to', async (_name, template) => {
    await showScheme(scheme);
    expect(await findViolations(await mount(template))).toEqual([]);
  });
});
