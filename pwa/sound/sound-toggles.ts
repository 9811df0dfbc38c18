import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import '../ui/icon-button.ts';
import '../ui/later-icons.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import type { SoundView, WayView } from './sound-desk.ts';
import { TalkPress } from './talk-press.ts';

/** Four switches within reach of a thumb: the phone's microphone and the camera's, the camera's picture and the phone's. */
@customElement('sound-toggles')
export class SoundTogglesElement extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: contents;
      }
      .talk {
        touch-action: none;
        -webkit-touch-callout: none;
      }
    `,
  ];

  @property({ attribute: false }) view: SoundView | null = null;

  readonly #talk = new TalkPress({
    isOn: () => this.view?.talk === 'on' || this.view?.talk === 'waiting',
    set: (isOn) => void this.view?.desk.set('talk', isOn),
  });

  override render() {
    const { view } = this;
    if (!view) return nothing;
    const { talk, listen, show, picture } = view;
    return html`
      ${talk === 'hidden' ? nothing : this.#renderTalk(talk)}
      ${listen === 'hidden' ? nothing : this.#renderSwitch('sound', 'Speaker', listen, () => this.#flip('listen', listen))}
      ${this.#renderSwitch('screen', 'Screen', picture ? 'on' : 'off', () => this.view?.desk.setPicture(!picture))}
      ${show === 'hidden' ? nothing : this.#renderSwitch('video', 'Camera', show, () => this.#flip('show', show))}
    `;
  }

  #renderTalk(talk: WayView) {
    return html`<lk-icon-button
      class="talk"
      tone="glass"
      caption
      icon="microphone"
      label="Microphone"
      title="Hold to talk, tap to leave it on"
      .pressed=${talk !== 'off'}
      @pointerdown=${this.#handleDown}
      @pointerup=${() => this.#talk.up()}
      @pointercancel=${() => this.#talk.cancel()}
      @contextmenu=${(event: Event) => event.preventDefault()}
      @click=${this.#handleClick}
    ></lk-icon-button>`;
  }

  #renderSwitch(icon: 'sound' | 'screen' | 'video', label: string, state: WayView, flip: () => void) {
    return html`<lk-icon-button
      tone="glass"
      caption
      icon=${icon}
      label=${label}
      .pressed=${state !== 'off'}
      @click=${flip}
    ></lk-icon-button>`;
  }

  #flip(way: 'listen' | 'show', state: WayView): void {
    void this.view?.desk.set(way, state === 'off');
  }

  readonly #handleDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    // So that a finger that slides off the button still holds it.
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    this.#talk.down();
  };

  /** A pointer has said what it wants already. */
  readonly #handleClick = (event: MouseEvent): void => {
    if (event.detail === 0) this.#talk.toggle();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sound-toggles': SoundTogglesElement;
  }
}
