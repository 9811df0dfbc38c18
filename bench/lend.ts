import { openBrowser } from '../e2e/stage/chromium.ts';
import { House } from '../e2e/stage/house.ts';
import { freshLink } from '../e2e/stage/latchkey.ts';
import { NodePhones } from '../e2e/stage/node-phone.ts';
import { becomeOwner } from '../e2e/stage/phone.ts';
import { type Bench, wholeOption } from './bench.ts';
import { buildOption, ensureBuilt } from './built.ts';
import { installProbe } from './first-frame/probe.ts';
import { BORROW_STAGES, type Borrowed, measureFresh, measureKept } from './lend/borrowing.ts';
import { measureLending } from './lend/lending.ts';
import { summarize } from './statistics.ts';

/** What lending costs those who wait for it: the one who lends, and the one who borrows. */
export const lend: Bench = {
  summary: 'from the tap on "Lend" to the link, and from the link to the first picture',
  options: {
    runs: { meaning: 'looks lent, and links opened of each kind', fallback: '10' },
    source: { meaning: 'as LATCHKEY_CAMERA', fallback: 'test-picture' },
    format: { meaning: 'WIDTHxHEIGHT@RATE', fallback: '1280x720@30' },
    build: buildOption,
  },
  run: async (context) => {
    const { option, progress } = context;
    const runs = wholeOption(context, 'runs');
    ensureBuilt(context);
    await using house = await House.open({
      source: option('source'),
      env: { LATCHKEY_FORMAT: option('format') },
    });
    await using browser = await openBrowser({}, (opened) => void opened.addInitScript(installProbe));
    const owner = await browser.context.newPage();
    await becomeOwner(owner, house);
    progress('lending');
    const lent = await measureLending(owner, runs);
    await owner.close();
    await using phones = new NodePhones(house);
    const lender = await phones.letIn(await freshLink(house));
    const lendLink = async () => (await phones.lend(lender)).link;
    progress('borrowing, page kept');
    const kept = await measureKept({ pageUrl: house.pageUrl, lendLink, runs });
    progress('borrowing, fresh profile');
    const fresh = await measureFresh({ pageUrl: house.pageUrl, lendLink, runs });
    return {
      conditions: { runs, unit: 'ms', source: option('source'), format: option('format'), link: 'loopback' },
      rows: [
        ...Object.entries(lent).map(([stage, times]) => ({ who: 'lender', stage, ...summarize(times) })),
        ...rowsOf('borrower, page kept', kept),
        ...rowsOf('borrower, fresh profile', fresh),
      ],
      verdicts: [],
    };
  },
};

function rowsOf(who: string, all: readonly Borrowed[]) {
  return BORROW_STAGES.map((stage) => ({ who, stage, ...summarize(all.map((each) => each[stage])) }));
}
