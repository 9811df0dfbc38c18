import { describe, expect, test } from 'vitest';
import { REFUSALS } from '#shared/verdicts.ts';
import { buildGrant, buildInvite, buildOwner, buildWithdrawn } from '../app/testing/fake-lending.ts';
import { localTimeZone } from '../viewing/hours-text.ts';
import { groupAccess, isLastOwner, namesBelow } from './access-groups.ts';
import { entryText, offerWords } from './access-text.ts';
import { lendingFailureSentence } from './lending-failure.ts';

const nowS = Math.floor(new Date(2026, 10, 24, 14, 30).getTime() / 1000);
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const nameOf = (id: string) => (id === 'me' ? 'Kim' : null);
const stateOf = (entry: Parameters<typeof entryText>[0]) => entryText(entry, nowS, nameOf).state;
const mondays = { tz: localTimeZone(), spans: [{ days: [1] as const, from: 540, until: 720 }] };

describe('an entry says how it stands', () => {
  test.each([
    ['For good', buildOwner()],
    ['12 min left', buildGrant({ id: 'a', exp: nowS + 12 * minute })],
    ['Watching now, 12 min left', buildGrant({ id: 'a', exp: nowS + 12 * minute, watching: 1 })],
    ['Until 26 Nov, 14:30', buildGrant({ id: 'a', exp: nowS + 2 * day })],
    ['Mondays 9–12', buildGrant({ id: 'a', hours: mondays })],
    [
      'Begins tomorrow 9:00',
      buildGrant({ id: 'a', nbf: nowS + 18 * hour + 30 * minute, exp: nowS + 2 * day }),
    ],
    ['Ran out yesterday', buildGrant({ id: 'a', exp: nowS - day })],
    ['Can be opened until 15:00', buildInvite({ id: 'a', open_until: nowS + hour / 2 })],
    [
      'Somebody is typing the camera’s digits',
      buildInvite({ id: 'a', open_until: nowS + hour, is_confirming: true }),
    ],
    ['Nobody opened it. Ran out 5 min ago', buildInvite({ id: 'a', open_until: nowS - 5 * minute })],
    ['Taken back 2 h ago by Kim', buildWithdrawn({ id: 'a', withdrawn_at: nowS - 2 * hour })],
    [
      'Link taken back just now',
      buildWithdrawn({ id: 'a', withdrawn_at: nowS, withdrawn_by: null, was_taken: false }),
    ],
  ])('%s', (words, entry) => {
    expect(stateOf(entry)).toBe(words);
  });

  test('and what else is known of it', () => {
    const entry = buildGrant({ id: 'a', device: 'iPhone', at: nowS - hour, seen: nowS - 5 * minute });
    expect(entryText(entry, nowS, nameOf).details).toEqual([
      'iPhone',
      'Let in by Kim, today',
      'Seen 5 min ago',
    ]);
    const orphan = buildGrant({ id: 'a', by: 'gone', at: nowS, watching: 2 });
    expect(entryText(orphan, nowS, nameOf).details).toEqual([
      'Android phone',
      'Let in by somebody who is gone, today',
      '2 pictures open',
    ]);
  });

  test('a link says what it gives', () => {
    expect(offerWords(buildInvite({ id: 'a', duration: 900 }), nowS)).toBe('15 min from when it is opened');
    expect(offerWords(buildInvite({ id: 'a', duration: null, exp: nowS + day, hours: mondays }), nowS)).toBe(
      'Mondays 9–12, until tomorrow 14:30',
    );
    expect(offerWords(buildInvite({ id: 'a', scope: ['owner'], duration: null }), nowS)).toBe(
      'For good, as an owner',
    );
  });
});

describe('the list', () => {
  test('has this phone first, then who is there, then the newest', () => {
    const entries = [
      buildGrant({ id: 'old', at: 1 }),
      buildGrant({ id: 'new', at: 2 }),
      buildGrant({ id: 'there', watching: 1 }),
      buildOwner({ id: 'other', is_own: false, at: 9 }),
      buildOwner({ at: 1 }),
    ];
    const { owners, guests } = groupAccess(entries, nowS);
    expect(owners.map(({ id }) => id)).toEqual(['me', 'other']);
    expect(guests.map(({ id }) => id)).toEqual(['there', 'new', 'old']);
  });

  test('moves what is over to the end by itself', () => {
    const entries = [
      buildGrant({ id: 'a', exp: nowS }),
      buildInvite({ id: 'b', open_until: nowS }),
      buildWithdrawn({ id: 'c' }),
    ];
    expect(groupAccess(entries, nowS).ended).toHaveLength(3);
    expect(groupAccess(entries, nowS - 1).ended).toHaveLength(1);
  });

  test('names everybody who falls with somebody, at any depth, but no owner and nobody who is out already', () => {
    const entries = [
      buildGrant({ id: 'Anna' }),
      buildGrant({ id: 'Carla', by: 'Ben' }),
      buildGrant({ id: 'Ben', by: 'Anna' }),
      buildInvite({ id: 'Dora', by: 'Carla', open_until: nowS + hour }),
      buildGrant({ id: 'Robin', scope: ['owner'], by: 'Anna' }),
      buildGrant({ id: 'Sam', by: 'Robin' }),
      buildGrant({ id: 'Ed', by: 'Anna', exp: nowS - 1 }),
    ];
    expect(namesBelow('Anna', entries, nowS)).toEqual(['Carla', 'Ben', 'Dora']);
    expect(namesBelow('Carla', entries, nowS)).toEqual(['Dora']);
  });

  test('knows the last owner', () => {
    const guest = buildGrant({ id: 'a' });
    const robin = buildOwner({ id: 'robin', is_own: false });
    expect(isLastOwner(buildOwner(), [buildOwner(), guest], nowS)).toBe(true);
    expect(isLastOwner(buildOwner(), [buildOwner(), robin], nowS)).toBe(false);
    expect(isLastOwner(guest, [guest], nowS)).toBe(false);
  });
});

test.each([...REFUSALS, 'camera_offline', 'rendezvous_offline', 'storage_failed'] as const)(
  'a request that came to nothing says so: %s',
  (code) => {
    expect(lendingFailureSentence(code)).toMatch(/^[A-Z].*\.$/);
  },
);
