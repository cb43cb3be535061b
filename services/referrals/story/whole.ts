import { randomUUID } from 'node:crypto';
import { storyteller } from './case.ts';
import { type Cast, member } from './cast.ts';
import type { ReadProbe } from './probe.ts';

/** Tells everything at once: a case with all its parts, and referrals in every relation to its cast. */
export async function wholeStory(probe: ReadProbe, cast: Cast) {
  const tell = storyteller(probe, cast);
  const { receiver, decliner, owner } = cast;

  for (const { association } of [owner, receiver, decliner, cast.eligible]) {
    await probe.append(`association-${association}`, async () => member(association));
  }
  await tell.open();
  for (const visibility of ['owner', 'coordinator', 'shared']) await tell.vulnerability(visibility);
  await tell.goal();
  await tell.note('private', owner, 'private-note-of-owner');
  await tell.note('shared', owner, 'shared-note-of-owner');
  await tell.note('private', receiver, 'private-note-of-receiver');
  await tell.note('shared', receiver, 'shared-note-of-receiver');
  await tell.consent();
  await tell.exception();
  await tell.breakGlass(cast.breakGlass);
  const handover = await tell.handover(decliner);

  const going = tell.referral(receiver);
  await going.draft('need');
  await going.send('shared');
  await going.step('referral-acknowledged.v1', receiver);
  // As it was stored before its text could be missing.
  await going.step('referral-info-requested.v1', receiver, async (seal) => ({
    ...(await going.text(seal, 'question')),
    categories: ['contact'],
  }));
  await going.step('referral-info-supplied.v2', owner, async (seal) => ({
    ...(await going.text(seal, 'supplied-text')),
    categories: ['contact'],
    shared: [await seal(tell.person, 'contact', 'shared.0', 'canary:supplied')],
    grounds: [],
  }));
  for (const caller of [owner, receiver]) {
    await going.step('referral-note-added.v1', caller, async (seal) => ({
      ...(await going.text(seal, `referral-note-of-${caller === owner ? 'sender' : 'receiver'}`)),
      ...{ note: randomUUID(), association: caller.association },
    }));
  }
  const declined = tell.referral(decliner);
  await declined.draft('declined-need');
  await declined.send('declined-shared');
  await declined.decline([], 'hidden-decline');
  const open = tell.referral(null);
  await open.draft('open-need');
  await open.send('open-shared');
  const draft = tell.referral(receiver);
  await draft.draft('draft-need');
  await probe.settled();
  return { tell, handover, going, declined, open, draft };
}
