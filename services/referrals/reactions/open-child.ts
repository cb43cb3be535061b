import { deadlinePolicy } from '@relais/contracts/deadlines';
import { ReferralId } from '@relais/contracts/ids';
import { type ReferralEvent, referralContract } from '@relais/contracts/referral-events';
import type { Sealed } from '@relais/contracts/sealed';
import { eventId, streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Place } from '@relais/vault/cipher';
import { noConsents } from '../consents/state.ts';
import { evolve } from '../referrals/evolve.ts';
import { targetOffer } from '../referrals/facts.ts';
import { sealShared } from '../referrals/sharing.ts';
import { absent, type DraftedReferral, type Referral } from '../referrals/state.ts';
import { readConsents } from '../stored.ts';
import {
  causeOf,
  type Reacting,
  referralTarget,
  submitAs,
  systemCommandId,
} from './system-command.ts';

/**
 * A redirection opens its child: what the parent asked for, put to the new target, and sent at once where consent
 * covers that. Exact because the child's id stands in the event and a child is opened once. What is sealed is
 * sealed for the two events of this very command, so a retry after a crash writes the same bytes.
 */
export async function openChild(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(referralContract, record);
  if (event.type !== 'referral-redirected.v1') return;
  const { child, target } = event.data;
  const parent = await readParent(desk, record);
  const cause = causeOf('referral-redirected', record);
  const stream = `referral-${child}`;
  const commandId = systemCommandId(cause, stream, 'openChild');
  const { sender, persons, kind, themes, priority, categories } = parent.referral;
  const need = await sealAgain(desk, parent, {
    stream,
    eventId: eventId(commandId, 0),
    type: 'referral-drafted.v1',
    field: 'need',
  });
  const shared = await sealShared(desk, {
    case: parent.referral.case,
    persons,
    categories,
    at: { stream, eventId: eventId(commandId, 1), type: 'referral-sent.v1' },
  });
  await submitAs(desk, cause, referralTarget(child), {
    type: 'openChild',
    now: desk.now().toISOString(),
    parent: ReferralId.parse(streamId(record)),
    case: parent.referral.case,
    ...{ sender, persons, kind, themes, priority, target, categories },
    need: need ?? parent.need,
    // Of a person who was forgotten nothing is sent: the child stays a draft, which nobody can read.
    consents: need === undefined ? noConsents : await readConsents(desk.log, parent.referral.case),
    policy: deadlinePolicy,
    offer: await targetOffer(desk.log, target, [[sender]]),
    shared,
  });
}

type Parent = {
  readonly referral: DraftedReferral;
  readonly need: Sealed;
  readonly needAt: Place;
};

/** The parent as it was when it was redirected. */
async function readParent({ log }: Reacting, redirected: Recorded): Promise<Parent> {
  const { stream, revision } = redirected;
  let referral: Referral = absent;
  let drafted: { readonly need: Sealed; readonly needAt: Place } | undefined;
  for await (const record of log.read(stream, { max: Number(revision) + 1 })) {
    const event = parse<ReferralEvent>(referralContract, record);
    referral = evolve(referral, event);
    if (event.type !== 'referral-drafted.v1') continue;
    const { id, type } = record;
    drafted = { need: event.data.need, needAt: { stream, eventId: id, type, field: 'need' } };
  }
  if (referral.status === 'absent' || drafted === undefined) {
    throw new Error(`${stream} was redirected before it was drafted`);
  }
  return { referral, ...drafted };
}

/** The need, sealed for another place; undefined when its person was forgotten. */
async function sealAgain(
  { vault }: Reacting,
  { need, needAt }: Parent,
  at: Place,
): Promise<Sealed | undefined> {
  const plaintext = await vault.open(need, needAt);
  if (plaintext === undefined) return undefined;
  return await vault.seal(need.person, need.category, plaintext, at);
}
