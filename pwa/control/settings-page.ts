import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Adjustment, CameraSettings, SettingsTold } from '#shared/camera-settings.ts';
import { hasScope } from '#shared/scope.ts';
import { lendingStyles } from '../lending/lending-styles.ts';
import { listPageStyles } from '../lending/list-page-styles.ts';
import { RequestController } from '../lending/request-controller.ts';
import '../ui/button.ts';
import '../ui/chips.ts';
import type { Chip, ChipChangeEvent } from '../ui/chips.ts';
import { pageStyles } from '../ui/page-styles.ts';
import { baseStyles, textStyles } from '../ui/shared-styles.ts';
import '../ui/toggle.ts';
import type { SwitchChangeEvent } from '../ui/toggle.ts';
import '../ui/top-bar.ts';
import type { CameraSummary, KeptPictures } from '../viewing/camera.ts';
import { ControlOpenEvent } from '../viewing/camera-events.ts';
import type { CameraControl } from './camera-control.ts';
import { controlStyles } from './control-styles.ts';
import { controlFailureSentence } from './control-text.ts';
import './privacy-field.ts';
import {
  bitrateChips,
  EXPOSURE_CHIPS,
  exposureValue,
  missingSentence,
  rateChips,
  sizeChips,
  turnChips,
} from './settings-text.ts';

/** As the camera was set up. */
const AS_SET_UP: Adjustment = {
  ...{ width: null, height: null, frame_rate: null, rotation: null },
  ...{ mirrored: null, max_bitrate: null, exposure: null },
};

/** What one can choose about a camera: off or on, and how it makes its picture. Each choice counts at once. */
@customElement('settings-page')
export class SettingsPage extends LitElement {
  static override styles = [baseStyles, textStyles, pageStyles, lendingStyles, listPageStyles, controlStyles];

  @property({ attribute: false }) camera: CameraSummary | null = null;
  /** @throws LendingError */
  @property({ attribute: false }) openControl: (() => Promise<CameraControl>) | null = null;
  @property({ attribute: false }) openThumbnails: (() => Promise<KeptPictures>) | null = null;
  @state() private kept: KeptPictures | null = null;
  @state() private taken: SettingsTold | null = null;

  readonly #request = new RequestController(this);
  /** Chosen, and not yet with the camera; what is tapped meanwhile goes along with the next request. */
  #wanted: Adjustment = {};

  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    if (this.#may('control')) void this.#read();
    void this.#findKept();
  }

  override render() {
    return html`<main>
      <lk-top-bar back="Back"
        ><h1 class="bar-title">Settings</h1><p class="bar-note">${this.camera?.name}</p></lk-top-bar
      >
      <div class="groups">
        ${
          this.#may('owner')
            ? html`<privacy-field .camera=${this.camera} .openControl=${this.openControl}></privacy-field>`
            : nothing
        }
        ${this.#renderPicture()} ${this.#renderPhone()} ${this.#renderHealth()}
      </div>
    </main>`;
  }

  #may(right: 'owner' | 'control' | 'snapshot'): boolean {
    return this.camera !== null && hasScope(this.camera.terms.scope, right);
  }

  #renderPicture() {
    if (!this.#may('control')) return nothing;
    const { failure, isBusy } = this.#request;
    return html`<section aria-busy=${isBusy ? 'true' : 'false'}>
      <h2>Picture, for everybody</h2>
      ${this.taken === null ? nothing : this.#renderChoices(this.taken)}
      ${failure === null ? nothing : html`<p class="problem" role="alert">${controlFailureSentence(failure)}</p>`}
      ${
        this.taken === null
          ? html`<lk-button icon="retry" ?disabled=${isBusy} @click=${() => void this.#read()}
              >${failure === null ? 'Asking the camera' : 'Ask again'}</lk-button
            >`
          : html`<p class="quiet small">${missingSentence(this.taken.offers)}</p>`
      }
    </section>`;
  }

  #renderChoices({ offers, values: told }: SettingsTold) {
    const values = this.#withWanted(told);
    const choose = (change: Adjustment) => void this.#adjust(change);
    const hasAny = offers.sizes.length + offers.max_bitrates.length > 0 || offers.rotations.length > 1;
    if (!hasAny && !offers.exposure) return nothing;
    return html`<div class="group">
        ${this.#renderChips('Size', sizeChips(offers), `${values.width}x${values.height}`, (value) => {
          const [width, height] = value.split('x').map(Number);
          if (width !== undefined && height !== undefined) choose({ width, height });
        })}
        ${this.#renderChips('Pictures a second', rateChips(offers), String(values.frame_rate), (value) =>
          choose({ frame_rate: Number(value) }),
        )}
        ${this.#renderChips('Quality, at most', bitrateChips(offers), String(values.max_bitrate), (value) =>
          choose({ max_bitrate: Number(value) }),
        )}
        ${this.#renderChips('Turned', turnChips(offers), String(values.rotation), (value) => {
          const rotation = offers.rotations.find((each) => each === Number(value));
          if (rotation !== undefined) choose({ rotation });
        })}
        ${
          offers.mirror
            ? html`<lk-toggle
                label="Mirrored"
                note="As in a looking glass"
                .on=${live(values.mirrored)}
                @switch-change=${({ isOn }: SwitchChangeEvent) => choose({ mirrored: isOn })}
              ></lk-toggle>`
            : nothing
        }
        ${
          offers.exposure
            ? this.#renderChips('Brightness', EXPOSURE_CHIPS, exposureValue(values), (value) =>
                choose({ exposure: Number(value) }),
              )
            : nothing
        }
      </div>
      <lk-button variant="quiet" icon="retry" @click=${() => choose(AS_SET_UP)}>As it was set up</lk-button>`;
  }

  #renderChips(label: string, chips: readonly Chip[], value: string, choose: (value: string) => void) {
    if (chips.length < 2) return nothing;
    return html`<lk-chips
      label=${label}
      .chips=${chips}
      .value=${live(value)}
      @chip-change=${(event: ChipChangeEvent) => choose(event.value)}
    ></lk-chips>`;
  }

  #renderPhone() {
    const { kept } = this;
    if (kept === null || !this.#may('snapshot')) return nothing;
    return html`<section>
      <h2>On this phone</h2>
      <div class="group">
        <lk-toggle
          label="Last picture in the list"
          note="It never leaves this phone, and goes with the camera"
          ?on=${kept.areKept}
          @switch-change=${({ isOn }: SwitchChangeEvent) => void kept.setKept(isOn)}
        ></lk-toggle>
      </div>
    </section>`;
  }

  #renderHealth() {
    const { camera } = this;
    if (camera === null || !this.#may('owner')) return nothing;
    const open = () => this.dispatchEvent(new ControlOpenEvent(camera.id, 'health'));
    return html`<lk-button icon="pulse" @click=${open}>How the camera is doing</lk-button>`;
  }

  /** What was tapped is shown at once, though it is still on its way. */
  #withWanted(told: CameraSettings): CameraSettings {
    const chosen = Object.entries(this.#wanted).filter(([, value]) => value != null);
    return { ...told, ...Object.fromEntries(chosen) };
  }

  async #findKept(): Promise<void> {
    this.kept = (await this.openThumbnails?.()) ?? null;
  }

  async #read(): Promise<void> {
    await this.#request.run(async () => {
      this.taken = (await (await this.openControl?.())?.readSettings()) ?? null;
    });
  }

  async #adjust(change: Adjustment): Promise<void> {
    this.#wanted = { ...this.#wanted, ...change };
    this.requestUpdate();
    while (!this.#request.isBusy && Object.keys(this.#wanted).length > 0) {
      const sent = this.#wanted;
      const isDone = await this.#request.run(async () => {
        const control = await this.openControl?.();
        if (control) this.taken = await control.adjust(sent);
      });
      // What was tapped since stays; what was refused is shown as it is.
      this.#wanted = isDone ? withoutSame(this.#wanted, sent) : {};
      this.requestUpdate();
    }
  }
}

function withoutSame(wanted: Adjustment, sent: Adjustment): Adjustment {
  const sentValues = new Map<string, unknown>(Object.entries(sent));
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => sentValues.get(key) !== value));
}

declare global {
  interface HTMLElementTagNameMap {
    'settings-page': SettingsPage;
  }
}
