import type { Browser } from '../stage/chromium.ts';
import type { House } from '../stage/house.ts';
import { Lab, type LabOptions } from './lab.ts';
import { openLabHouse } from './lab-house.ts';
import { openLabPhone } from './lab-phone.ts';
import { TurnServer } from './turn-server.ts';

export interface SceneOptions extends LabOptions {
  /** More settings for the relay. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A lab with everything in it that a picture needs. */
export class Scene implements AsyncDisposable {
  readonly lab: Lab;
  readonly turn: TurnServer;
  readonly house: House;
  readonly phone: Browser;
  readonly #belongings: AsyncDisposableStack;

  private constructor(
    { lab, turn, house, phone }: Pick<Scene, 'lab' | 'turn' | 'house' | 'phone'>,
    belongings: AsyncDisposableStack,
  ) {
    this.lab = lab;
    this.turn = turn;
    this.house = house;
    this.phone = phone;
    this.#belongings = belongings;
  }

  static async open({ env = {}, ...options }: SceneOptions = {}): Promise<Scene> {
    await using belongings = new AsyncDisposableStack();
    const lab = belongings.use(await Lab.open(options));
    const turn = belongings.use(await TurnServer.open(lab.internet));
    const house = belongings.use(await openLabHouse(lab, { turn, env }));
    const phone = belongings.use(await openLabPhone(lab, turn));
    return new Scene({ lab, turn, house, phone }, belongings.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#belongings.disposeAsync();
  }
}
