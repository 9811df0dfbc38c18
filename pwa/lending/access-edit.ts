import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AccessEntry } from '#shared/down-message.ts';
import { cleanName, MAX_NAME_CHARS } from '#shared/message-fields.ts';
import type { Scope } from '#shared/scope.ts';
import type { WeeklyHours } from '#shared/weekly-hours.ts';
import '../ui/button.ts';
import '../ui/text-field.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import { localTimeZone } from '../viewing/hours-text.ts';
import './hours-field.ts';
import { FIRST_SPAN } from './first-span.ts';
import type { SpansChangeEvent } from './hours-field.ts';
import type { AccessChange } from './lending.ts';
import './rights-field.ts';
import type { RightsChangeEvent } from './rights-field.ts';

/** What of an entry is edited. */
export type EditedField = 'name' | 'rights' | 'hours';

/** The user wants an entry changed. */
export class AccessChangeEvent extends Event {
  static readonly type = 'access-change';
  readonly change: AccessChange;
  constructor(change: AccessChange) {
    super(AccessChangeEvent.type, { bubbles: true, composed: true });
    this.change = change;
  }
}

/** The user leaves it as it is. */
export class EditCancelEvent extends Event {
  static readonly type = 'edit-cancel';
  constructor() {
    super(EditCancelEvent.type, { bubbles: true, composed: true });
  }
}

/** Another name, other rights or other hours for somebody on the access list. */
@customElement('access-edit')
export class AccessEdit extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      lk-text-field,
      hours-field {
        margin-bottom: var(--space-2);
      }
    `,
  ];

  @property() field: EditedField = 'name';
  @property({ attribute: false }) entry: AccessEntry | null = null;
  /** What whoever edits has, and so can give. */
  @property({ attribute: false }) own: readonly Scope[] = [];
  /** Whether nothing can be saved now. */
  @property({ type: Boolean }) shut = false;
  @state() private name = '';
  @state() private rights: readonly Scope[] = [];
  @state() private hours: WeeklyHours | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Later news of the entry must not undo what is being written.
    if (!changed.has('entry') || changed.get('entry') || this.entry === null) return;
    this.name = this.entry.name;
    this.rights = this.entry.scope;
    this.hours = this.entry.hours ?? { tz: localTimeZone(), spans: [FIRST_SPAN] };
  }

  override render() {
    switch (this.field) {
      case 'name':
        return this.#renderName();
      case 'rights':
        return this.#renderRights();
      case 'hours':
        return this.#renderHours();
      default:
        return this.field satisfies never;
    }
  }

  #renderName() {
    const name = cleanName(this.name);
    const save = () => {
      if (name !== null) this.#save({ name });
    };
    return html`<lk-text-field
        label="Name"
        maxLength=${MAX_NAME_CHARS}
        .value=${this.name}
        @text-change=${({ value }: TextChangeEvent) => {
          this.name = value;
        }}
        @text-submit=${save}
      ></lk-text-field>
      ${this.#renderActions(name !== null, save)}`;
  }

  #renderRights() {
    return html`<rights-field
        .own=${this.own}
        .rights=${this.rights}
        @rights-change=${({ rights }: RightsChangeEvent) => {
          this.rights = rights;
        }}
      ></rights-field>
      ${this.#renderActions(true, () => this.#save({ scope: this.rights }))}`;
  }

  #renderHours() {
    const { hours } = this;
    const isWhole = hours?.spans.every(({ days }) => days.length > 0) ?? false;
    return html`<hours-field
        .spans=${hours?.spans ?? []}
        @spans-change=${({ spans }: SpansChangeEvent) => {
          this.hours = { tz: hours?.tz ?? localTimeZone(), spans };
        }}
      ></hours-field>
      ${
        this.entry?.hours
          ? html`<lk-button ?disabled=${this.shut} @click=${() => this.#save({ hours: null })}>At any time</lk-button>`
          : nothing
      }
      ${this.#renderActions(isWhole, () => this.#save({ hours }))}`;
  }

  #renderActions(isReady: boolean, save: () => void) {
    return html`<lk-button variant="primary" ?disabled=${!isReady || this.shut} @click=${save}>Save</lk-button>
      <lk-button variant="quiet" @click=${() => this.dispatchEvent(new EditCancelEvent())}>Back</lk-button>`;
  }

  #save(change: AccessChange): void {
    this.dispatchEvent(new AccessChangeEvent(change));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'access-edit': AccessEdit;
  }
}
