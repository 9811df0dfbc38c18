import type { Page } from '@playwright/test';
import { expectLive } from '../../e2e/stage/phone.ts';
import { lastTapMs } from '../first-frame/probe.ts';

/** What the one who lends waits for, milliseconds from the tap before it, look after look. */
export interface LendingTimes {
  /** From "Lend" over the picture to the form. */
  readonly form: number[];
  /** From "Lend" below the form to the link as a code. */
  readonly link: number[];
  /** From the same tap to the page's saying that the camera has it. */
  readonly confirmed: number[];
}

/** What is waited for, in a page. */
interface Sign {
  readonly selector: string;
  readonly text: string;
}

/** Lends as one who looks at the picture does, and goes back to it. */
export async function measureLending(owner: Page, runs: number): Promise<LendingTimes> {
  const times: LendingTimes = { form: [], link: [], confirmed: [] };
  for (let run = 0; run < runs; run++) {
    // The controls have gone by now: a tap brings them back.
    await owner.locator('live-page lk-picture').click();
    const form = untilShown(owner, { selector: 'lk-chips', text: '' });
    await owner.locator('live-page').getByRole('button', { name: 'Lend' }).click();
    times.form.push((await form) - (await lastTapMs(owner)));
    const link = untilShown(owner, { selector: 'loan-code', text: '' });
    const confirmed = untilShown(owner, { selector: 'strong', text: 'Waiting for' });
    await owner.locator('lend-page .actions').getByRole('button').click();
    const tapMs = await lastTapMs(owner);
    times.link.push((await link) - tapMs);
    times.confirmed.push((await confirmed) - tapMs);
    await owner.goBack();
    await expectLive(owner);
  }
  return times;
}

/** When the first frame with something in it has been painted, milliseconds by the page's own clock. */
function untilShown(page: Page, sign: Sign): Promise<number> {
  return page.evaluate(({ selector, text }) => {
    const isIn = (root: ParentNode): boolean =>
      [...root.querySelectorAll('*')].some(
        (element) =>
          (element.matches(selector) && element.textContent.includes(text)) ||
          (element.shadowRoot !== null && isIn(element.shadowRoot)),
      );
    return new Promise<number>((resolve) => {
      const look = () => {
        // Painting comes after what waits for the frame, and before any task.
        if (isIn(document)) setTimeout(() => resolve(performance.now()));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  }, sign);
}
