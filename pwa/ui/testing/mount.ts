import { type LitElement, render, type TemplateResult } from 'lit';
import '../tokens.css';

/** Puts a template on the page in the place of what was there; gives its first element when it is drawn. */
export async function mount<T extends Element = LitElement>(template: TemplateResult): Promise<T> {
  const stage = document.createElement('div');
  document.body.replaceChildren(stage);
  render(template, stage);
  const element = stage.firstElementChild as T & { updateComplete?: Promise<unknown> };
  await element.updateComplete;
  return element;
}

/** Waits for the next event of that name; its fields say what happened. */
export function nextEvent<T extends Event>(target: EventTarget, type: string): Promise<T> {
  return new Promise((resolve) => {
    target.addEventListener(type, (event) => resolve(event as T), { once: true });
  });
}

/** The element within `root`, shadow roots of its direct content included. @throws TypeError when there is none. */
export function find<T extends HTMLElement>(root: Element, selector: string): T {
  const found = (root.shadowRoot ?? root).querySelector<T>(selector);
  if (!found) throw new TypeError(`no ${selector} in ${root.localName}`);
  return found;
}

/** The words a reader sees in an element, shadow roots included, one space between them. */
export function wordsOf(node: Node): string {
  return collect(node).join(' ').replace(/\s+/g, ' ').trim();
}

function collect(node: Node): string[] {
  if (node instanceof Text) return [node.data];
  if (node instanceof HTMLSlotElement) return node.assignedNodes().flatMap(collect);
  if (node instanceof HTMLStyleElement) return [];
  const children = node instanceof Element && node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
  return [...children].flatMap(collect);
}
