import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Scope } from '#shared/scope.ts';
import '../ui/toggle.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import type { SwitchChangeEvent } from '../ui/toggle.ts';
import { type LendableRight, rightsToGive } from './rights.ts';

/** The user gave or took a right. */
export class RightsChangeEvent extends Event {
  static readonly type = 'rights-change';
  readonly rights: readonly LendableRight[];
  constructor(rights: readonly LendableRight[]) {
    super(RightsChangeEvent.type, { bubbles: true, composed: true });
    this.rights = rights;
  }
}

/** A switch for each right that may be given; to watch is part of every look. */
@customElement('rights-field')
export class RightsField extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
      }
    `,
  ];

  /** What whoever gives has. */
  @property({ attribute: false }) own: readonly Scope[] = [];
  /** What is given. */
  @property({ attribute: false }) rights: readonly Scope[] = [];

  override render() {
    return rightsToGive(this.own).map(
      ({ right, name, note }) => html`<lk-toggle
        label=${name}
        note=${note}
        ?on=${this.rights.includes(right)}
        ?disabled=${right === 'watch'}
        @switch-change=${({ isOn }: SwitchChangeEvent) => this.#set(right, isOn)}
      ></lk-toggle>`,
    );
  }

  #set(right: LendableRight, isOn: boolean): void {
    const all = rightsToGive(this.own).map((each) => each.right);
    const rights = all.filter((each) => (each === right ? isOn : this.rights.includes(each)));
    this.rights = rights;
    this.dispatchEvent(new RightsChangeEvent(rights));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'rights-field': RightsField;
  }
}
