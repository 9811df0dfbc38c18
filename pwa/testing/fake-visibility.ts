import type { PageVisibility } from '../viewing/page-visibility.ts';

/** A page that a test shows and hides. */
export class FakeVisibility implements PageVisibility {
  isVisible = true;
  readonly #changes = new Set<(isVisible: boolean) => void>();
  readonly #leaves = new Set<() => void>();

  onChange(listener: (isVisible: boolean) => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  onLeave(listener: () => void): () => void {
    this.#leaves.add(listener);
    return () => this.#leaves.delete(listener);
  }

  set(isVisible: boolean): void {
    this.isVisible = isVisible;
    for (const listener of [...this.#changes]) listener(isVisible);
  }

  leave(): void {
    for (const listener of [...this.#leaves]) listener();
  }
}
