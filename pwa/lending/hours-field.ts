import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { MINUTES_A_DAY } from '#shared/local-week.ts';
import { MAX_SPANS, WEEKDAYS, type Weekday, type WeeklyHours } from '#shared/weekly-hours.ts';
import '../ui/button.ts';
import '../ui/icon-button.ts';
import '../ui/text-field.ts';
import { baseStyles } from '../ui/shared-styles.ts';
import type { TextChangeEvent } from '../ui/text-field.ts';
import { dayName } from '../viewing/hours-text.ts';
import { FIRST_SPAN } from './first-span.ts';

type Spans = WeeklyHours['spans'];
type Span = Spans[number];

/** The user changed the hours; a span without days is not finished. */
export class SpansChangeEvent extends Event {
  static readonly type = 'spans-change';
  readonly spans: Spans;
  constructor(spans: Spans) {
    super(SpansChangeEvent.type, { bubbles: true, composed: true });
    this.spans = spans;
  }
}

/** Days of the week, and from when until when on them; as many times as one likes. */
@customElement('hours-field')
export class HoursField extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
        container-type: inline-size;
      }
      fieldset {
        display: grid;
        gap: var(--space-2);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        margin-bottom: var(--space-2);
        padding: 0;
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
      }
      .days {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
      }
      @container (max-width: 19.7rem) {
        .days {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
      }
      button {
        display: grid;
        place-items: center;
        min-width: 0;
        min-height: var(--target);
        padding: 0 0.125rem;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-size: var(--text-s);
        font-weight: var(--weight-medium);
        cursor: pointer;
        touch-action: manipulation;
      }
      button span {
        display: block;
        width: 100%;
        padding: var(--space-3) 0;
        border: var(--line-width) solid var(--line-strong);
        border-radius: var(--radius-s);
        background: var(--surface);
      }
      button:hover span {
        background: var(--surface-high);
      }
      /* There is no room for it, but a reader says the whole name. */
      i {
        font-size: 0;
      }
      [aria-pressed="true"] span {
        border-color: var(--accent);
        background: var(--accent);
        color: var(--on-accent);
      }
      .times {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(8rem, 100%), 1fr));
        gap: var(--space-3);
      }
      .next-day {
        margin: 0;
        color: var(--text-quiet);
        font-size: var(--text-s);
      }
    `,
  ];

  @property({ attribute: false }) spans: Spans = [];

  override render() {
    const add = () => this.#set([...this.spans, FIRST_SPAN]);
    return html`${this.spans.map((span, index) => this.#renderSpan(span, index))}
      ${
        this.spans.length < MAX_SPANS
          ? html`<lk-button variant="quiet" icon="plus" @click=${add}>Another time</lk-button>`
          : nothing
      }`;
  }

  #renderSpan(span: Span, index: number) {
    const isOvernight = span.until <= span.from;
    const remove = () => this.#set(this.spans.filter((_each, other) => other !== index));
    return html`<fieldset>
      <legend>${index === 0 ? 'On these days' : 'And on these days'}</legend>
      <div class="days">${WEEKDAYS.map((day) => this.#renderDay(span, index, day))}</div>
      <div class="times">
        ${this.#renderTime('From', span.from, (from) => this.#change(index, { ...span, from: from % MINUTES_A_DAY }))}
        ${this.#renderTime('Until', span.until, (until) => this.#change(index, { ...span, until: until || MINUTES_A_DAY }))}
      </div>
      ${isOvernight ? html`<p class="next-day">It ends on the next day.</p>` : nothing}
      ${
        this.spans.length > 1
          ? html`<lk-button variant="quiet" icon="close" @click=${remove}>Remove this time</lk-button>`
          : nothing
      }
    </fieldset>`;
  }

  #renderDay(span: Span, index: number, day: Weekday) {
    const isOn = span.days.includes(day);
    const days = WEEKDAYS.filter((each) => (each === day ? !isOn : span.days.includes(each)));
    const [short, rest] = [dayName(day).slice(0, 3), dayName(day).slice(3)];
    return html`<button
      type="button"
      value=${day}
      aria-pressed=${isOn ? 'true' : 'false'}
      @click=${() => this.#change(index, { ...span, days })}
    ><span>${short}<i>${rest}</i></span></button>`;
  }

  #renderTime(label: string, minutes: number, change: (minutes: number) => void) {
    return html`<lk-text-field
      label=${label}
      type="time"
      .value=${toTimeInput(minutes)}
      @text-change=${({ value }: TextChangeEvent) => {
        const written = readTime(value);
        if (written !== null) change(written);
      }}
    ></lk-text-field>`;
  }

  #change(index: number, span: Span): void {
    this.#set(this.spans.map((each, other) => (other === index ? span : each)));
  }

  #set(spans: Spans): void {
    this.spans = spans;
    this.dispatchEvent(new SpansChangeEvent(spans));
  }
}

/** Minutes since midnight as HTML's `time` has them; 24:00 is 00:00. */
function toTimeInput(minutes: number): string {
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)}`;
}

function readTime(value: string): number | null {
  const [hours, minutes] = value.split(':').map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours + minutes)) return null;
  return hours * 60 + minutes;
}

declare global {
  interface HTMLElementTagNameMap {
    'hours-field': HoursField;
  }
}
