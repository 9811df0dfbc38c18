import { BUILT_PAGE, House, type HouseRendezvous, NODE, ROOT } from '../stage/house.ts';
import { Child } from './child.ts';
import { type Lab, SERVER_NAME } from './lab.ts';
import type { TurnServer } from './turn-server.ts';

/** That of the web: some networks let nothing else through. */
const PORT = 80;
export const PAGE_URL = `http://${SERVER_NAME}/`;

/** A household in the lab: the relay at the camera's place, page and broker on the internet. */
export async function openLabHouse(
  lab: Lab,
  { turn, env = {} }: { readonly turn: TurnServer; readonly env?: Readonly<Record<string, string>> },
): Promise<House> {
  return await House.open({
    serve: () => serve(lab),
    relayCommand: (program, ...args) => lab.camera.command(program, ...args),
    env: { NODE_EXTRA_CA_CERTS: turn.certificatePath, ...turn.settings, ...env },
  });
}

async function serve({ internet }: Lab): Promise<HouseRendezvous> {
  const args = ['--host', '::', '--port', String(PORT), '--static', BUILT_PAGE];
  const child = new Child(internet.command(NODE, `${ROOT}/rendezvous/main.ts`, ...args));
  await child.written(/^Rendezvous at/m);
  return {
    url: PAGE_URL,
    brokerUrl: `ws://${SERVER_NAME}/mqtt`,
    port: PORT,
    close: () => child[Symbol.asyncDispose](),
  };
}
