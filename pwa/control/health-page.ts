import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CameraHealth } from '#shared/camera-health.ts';
import { lendingStyles } from '../lending/lending-styles.ts';
import { listPageStyles } from '../lending/list-page-styles.ts';
import { agoWords } from '../lending/moments.ts';
import { icon } from '../ui/icons.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import '../ui/top-bar.ts';
import { sourceRate, viewRate } from '#shared/health-rates.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import type { CameraControl } from './camera-control.ts';
import { controlFailureSentence } from './control-text.ts';
import { HealthController } from './health-controller.ts';
import {
  diskSentence,
  dropWords,
  heatSentence,
  linkWords,
  loadSentence,
  powerSentence,
  rateWords,
  summaryOf,
} from './health-text.ts';

/** How a camera is doing, in plain words; it is asked while this is looked at. */
@customElement('health-page')
export class HealthPage extends LitElement {
  static override styles = [
    baseStyles,
    textStyles,
    pageStyles,
    lendingStyles,
    listPageStyles,
    css`
      .summary {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-4);
        border-radius: var(--radius-m);
        background: var(--surface);
        font-weight: var(--weight-bold);
        line-height: 1.3;
      }
      .good .icon {
        color: var(--good);
      }
      .bad {
        background: var(--bad-wash);
        color: var(--bad);
      }
      .warning {
        background: var(--accent-wash);
      }
      dl {
        margin: 0;
        border: var(--line-width) solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface);
      }
      dl > div {
        display: grid;
        gap: 0.125rem;
        padding: var(--space-3) var(--space-4);
        line-height: 1.35;
      }
      dl > div + div {
        border-top: var(--line-width) solid var(--line);
      }
      dt {
        color: var(--text-quiet);
        font-size: var(--text-s);
      }
      dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** @throws LendingError */
  @property({ attribute: false }) openControl: (() => Promise<CameraControl>) | null = null;

  readonly #health = new HealthController(this, async () => {
    const control = await this.openControl?.();
    if (!control) throw new TypeError('there is nothing to ask');
    return control.readHealth();
  });

  override render() {
    const { now, failure } = this.#health;
    return html`<main>
      <lk-top-bar back="Back"
        ><h1 class="bar-title">How it is doing</h1><p class="bar-note">${this.camera?.name}</p></lk-top-bar
      >
      ${failure === null ? nothing : html`<p class="problem" role="alert">${controlFailureSentence(failure)}</p>`}
      ${now === null ? this.#renderWaiting() : this.#renderHealth(now)}
    </main>`;
  }

  #renderWaiting() {
    return this.#health.failure === null
      ? html`<p class="quiet" role="status">Asking the camera</p>`
      : nothing;
  }

  #renderHealth(now: CameraHealth) {
    const { kind, words } = summaryOf(now);
    return html`<p class="summary ${kind}" role="status">${icon(kind === 'good' ? 'check' : 'warning')}<span>${words}</span></p>
      <div class="groups">${this.#renderPicture(now)} ${this.#renderMachine(now)}</div>`;
  }

  #renderPicture(now: CameraHealth) {
    const made = sourceRate(this.#health.before, now);
    return html`<section>
      <h2>Picture</h2>
      <dl>
        ${row('From', now.picture.source ?? 'Not opened yet')} ${row('Made', rateWords(made))}
        ${now.views.map((view, index) => {
          const sent = viewRate(this.#health.before, now, index);
          const words = [rateWords(sent), linkWords(view), dropWords(made, sent)];
          return row(`To ${view.name}`, words.filter(Boolean).join('. '));
        })}
      </dl>
    </section>`;
  }

  #renderMachine({ machine, version, since, at_ms }: CameraHealth) {
    return html`<section>
      <h2>Machine</h2>
      <dl>
        ${row('Heat', heatSentence(machine.temperature))} ${row('Power', powerSentence(machine.strains))}
        ${row('Work', loadSentence(machine))} ${row('Disk', diskSentence(machine.disk_free))}
        ${row('Latchkey', `${version}, started ${agoWords(since, Math.floor(at_ms / 1000))}`)}
      </dl>
    </section>`;
  }
}

function row(term: string, words: string) {
  return html`<div><dt>${term}</dt><dd>${words}</dd></div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'health-page': HealthPage;
  }
}
