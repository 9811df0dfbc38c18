import type { Page } from '@playwright/test';
import { openBrowser } from '../../e2e/stage/chromium.ts';
import type { House } from '../../e2e/stage/house.ts';
import { freshLink } from '../../e2e/stage/latchkey.ts';
import { type LentLook, NodePhones, type Resident } from '../../e2e/stage/node-phone.ts';
import { becomeOwner, expectLive } from '../../e2e/stage/phone.ts';

/** A house with two owners, one with a screen and one without, and a guest in a browser. */
export class LookStage implements AsyncDisposable {
  /** The owner's page. */
  readonly owner: Page;
  readonly guest: Page;
  /** The owner who lends by the protocol, which is faster than by taps. */
  readonly lender: Resident;
  readonly phones: NodePhones;
  readonly #closing: AsyncDisposableStack;

  private constructor(
    parts: Pick<LookStage, 'owner' | 'guest' | 'lender' | 'phones'>,
    closing: AsyncDisposableStack,
  ) {
    this.owner = parts.owner;
    this.guest = parts.guest;
    this.lender = parts.lender;
    this.phones = parts.phones;
    this.#closing = closing;
  }

  static async open(house: House): Promise<LookStage> {
    await using opening = new AsyncDisposableStack();
    const openPage = async () => opening.use(await openBrowser()).context.newPage();
    const [owner, guest] = [await openPage(), await openPage()];
    const phones = opening.use(new NodePhones(house));
    await becomeOwner(owner, house);
    const lender = await phones.letIn(await freshLink(house));
    await guest.goto(house.pageUrl);
    return new LookStage({ owner, guest, lender, phones }, opening.move());
  }

  /** Lends a look, and resolves when the guest's page shows the picture; nothing is loaded anew. */
  async lend(name: string): Promise<LentLook> {
    const look = await this.phones.lend(this.lender, { name });
    await this.guest.evaluate((fragment) => {
      location.hash = fragment;
    }, new URL(look.link).hash);
    await expectLive(this.guest);
    return look;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync();
  }
}
