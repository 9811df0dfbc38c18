import { describe, expect, it } from 'vitest';
import { deriveInviteId } from '#shared/invite-id.ts';
import { testInvite, token } from '../testing/access-entries.ts';
import { createOwnerInvite, needsConfirmation } from './invite.ts';

const camera = 'c'.repeat(43);
const times = { madeAt: 1, openUntil: 2 };

describe('an invite that the camera shows', () => {
  it('makes an owner without limits, and has the id of its secret', async () => {
    const invite = await createOwnerInvite(camera, times);
    expect(invite).toMatchObject({ scope: ['owner'], by: null, exp: null, isTransfer: false, ...times });
    expect(invite.id).toBe(await deriveInviteId(invite.secret, camera));
    expect((await createOwnerInvite(camera, times)).secret).not.toBe(invite.secret);
  });
});

describe('somebody in front of the camera', () => {
  it.each([
    ['is needed for an owner that somebody makes from afar', ['owner'], token('anna'), true],
    ['is there already for an owner by the code on the display', ['owner'], null, false],
    ['is not needed for a guest', ['watch', 'lend'], token('anna'), false],
    ['is not needed for a guest by the camera itself', ['watch'], null, false],
  ] as const)('%s', (_, scope, by, expected) => {
    expect(needsConfirmation(testInvite('invite', { scope, by }))).toBe(expected);
  });
});
