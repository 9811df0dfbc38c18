import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { PrivacyTold } from '#shared/camera-privacy.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import { FIRST_SPAN } from '../lending/first-span.ts';
import '../lending/hours-field.ts';
import type { SpansChangeEvent } from '../lending/hours-field.ts';
import { LendingError } from '../lending/lending.ts';
import { lendingStyles } from '../lending/lending-styles.ts';
import { listPageStyles } from '../lending/list-page-styles.ts';
import { RequestController } from '../lending/request-controller.ts';
import '../ui/button.ts';
import '../ui/chips.ts';
import type { Chip, ChipChangeEvent } from '../ui/chips.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import '../ui/toggle.ts';
import type { SwitchChangeEvent } from '../ui/toggle.ts';
import type { CameraSummary } from '../viewing/camera.ts';
import { localTimeZone } from '../viewing/hours-text.ts';
import type { CameraControl, PrivacyWish } from './camera-control.ts';
import { controlStyles } from './control-styles.ts';
import { controlFailureSentence } from './control-text.ts';
import { privacySentence } from './settings-text.ts';

const HOUR_S = 60 * 60;
/** For how long, in seconds; empty: until somebody switches it on. */
const OFF_CHIPS: readonly Chip[] = [
  { value: '', words: 'Open end', isWide: true },
  { value: String(HOUR_S), words: 'An hour', isWide: true },
  { value: String(4 * HOUR_S), words: '4 hours', isWide: true },
  { value: String(12 * HOUR_S), words: '12 hours', isWide: true },
];

/** Whether a camera is switched off, for how long, and in which hours of the week. */
@customElement('privacy-field')
export class PrivacyField extends LitElement {
  static override styles = [baseStyles, textStyles, lendingStyles, listPageStyles, controlStyles];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** @throws LendingError */
  @property({ attribute: false }) openControl: (() => Promise<CameraControl>) | null = null;
  @state() private told: PrivacyTold | null = null;
  /** Hours that are being written; `null` while they are as the camera has them. */
  @state() private spans: WeeklyHours['spans'] | null = null;

  readonly #request = new RequestController(this);

  /** Anew when the camera says that it was switched, by whomever. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('camera');
    const isOther = before != null && (before.off === null) !== (this.camera?.off === null);
    if (!this.hasUpdated || isOther) void this.#read();
  }

  override render() {
    const { failure, isBusy } = this.#request;
    return html`<section aria-busy=${isBusy ? 'true' : 'false'}>
      <h2>Privacy</h2>
      ${this.told === null ? nothing : this.#renderSwitch(this.told)}
      ${failure === null ? nothing : html`<p class="problem" role="alert">${controlFailureSentence(failure)}</p>`}
      ${
        this.told === null
          ? html`<lk-button icon="retry" ?disabled=${isBusy} @click=${() => void this.#read()}
              >${failure === null ? 'Asking the camera' : 'Ask again'}</lk-button
            >`
          : nothing
      }
    </section>`;
  }

  #renderSwitch(told: PrivacyTold) {
    const spans = this.spans ?? told.hours?.spans ?? null;
    return html`<div class="group">
      <lk-toggle
        label="Switched off"
        note=${privacySentence(told)}
        .on=${live(told.off)}
        @switch-change=${({ isOn }: SwitchChangeEvent) => void this.#change({ off: isOn })}
      ></lk-toggle>
      ${told.off && told.why === 'hand' ? this.#renderHowLong() : nothing}
      <hr />
      <lk-toggle
        label="Off every week"
        note="In hours of your choice, by itself"
        .on=${live(spans !== null)}
        @switch-change=${({ isOn }: SwitchChangeEvent) => this.#toggleHours(isOn)}
      ></lk-toggle>
      ${spans === null ? nothing : html`<hours-field .spans=${spans} @spans-change=${this.#writeHours}></hours-field>`}
      ${this.spans === null ? nothing : this.#renderSave(this.spans)}
    </div>`;
  }

  #renderHowLong() {
    const choose = ({ value }: ChipChangeEvent) => {
      const until = value === '' ? null : Math.floor(Date.now() / 1000) + Number(value);
      void this.#change({ off: true, until });
    };
    return html`<lk-chips label="For" .chips=${OFF_CHIPS} value="-" @chip-change=${choose}></lk-chips>`;
  }

  #renderSave(spans: WeeklyHours['spans']) {
    const isWhole = spans.length > 0 && spans.every(({ days }) => days.length > 0);
    const tz = this.told?.hours?.tz ?? localTimeZone();
    return html`<lk-button
      variant="primary"
      ?disabled=${!isWhole}
      @click=${() => void this.#change({ hours: { tz, spans } })}
      >Keep these hours</lk-button
    >`;
  }

  readonly #writeHours = ({ spans }: SpansChangeEvent): void => {
    this.spans = spans;
  };

  #toggleHours(isOn: boolean): void {
    if (isOn) {
      this.spans = [FIRST_SPAN];
      return;
    }
    this.spans = null;
    if (this.told?.hours) void this.#change({ hours: null });
  }

  async #read(): Promise<void> {
    await this.#request.run(async () => {
      this.told = (await (await this.openControl?.())?.readPrivacy()) ?? null;
    });
  }

  /** Judged by what is seen here: what somebody else has changed meanwhile is shown, not undone. */
  async #change(wish: PrivacyWish): Promise<void> {
    const { told } = this;
    if (told === null) return;
    const isDone = await this.#request.run(async () => {
      const control = await this.openControl?.();
      if (control) await this.#ask(control, told.revision, wish);
    });
    if (isDone && wish.hours !== undefined) this.spans = null;
    this.requestUpdate();
  }

  /** @throws LendingError, having read what somebody else has made of it */
  async #ask(control: CameraControl, revision: number, wish: PrivacyWish): Promise<void> {
    try {
      this.told = await control.changePrivacy(revision, wish);
    } catch (error) {
      if (error instanceof LendingError && error.code === 'changed') this.told = await control.readPrivacy();
      throw error;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'privacy-field': PrivacyField;
  }
}
