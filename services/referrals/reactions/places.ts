import { ReferralId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import { referralContract } from '@relais/contracts/referral-events';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { openStates } from '../referrals/states.ts';
import { causeOf, type Reacting, referralTarget, rowsUpTo, submitAs } from './system-command.ts';

/**
 * The answer to a request for a place accepts the referral, or lets the receiver decide again. Exact because the
 * rules know each reservation by its id: one that is held, used or given back is not confirmed again, and one that
 * comes too late is given back once.
 */
export async function answerPlace(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(placePoolContract, record);
  const now = desk.now().toISOString();
  const cause = causeOf('place-answered', record);
  if (event.type === 'place-reserved.v1') {
    const { referral, reservation } = event.data;
    await submitAs(desk, cause, referralTarget(referral), {
      type: 'confirmPlace',
      now,
      reservation,
    });
  }
  if (event.type === 'place-refused.v1') {
    const { referral, reservation, reason } = event.data;
    await submitAs(desk, cause, referralTarget(referral), {
      type: 'refusePlace',
      now,
      reservation,
      reason,
    });
  }
}

/**
 * A placement was accepted: the senders of the persons' other open placements are told, and nothing is closed.
 * Exact because a referral remembers for which other one it was flagged. A referral drafted later than the
 * acceptance is its sender's own decision, so rows up to the acceptance are enough.
 */
export async function flagOtherPlacements(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(referralContract, record);
  if (event.type !== 'referral-accepted.v1' || event.data.kind !== 'placement') return;
  const other = ReferralId.parse(streamId(record));
  await rowsUpTo(desk, record.position);
  const { rows } = await desk.rows.query<{ id: string }>(
    `select id from referral
     where case_id = $1 and id <> $2 and kind = 'placement' and state = any ($3) and persons && $4`,
    [event.data.case, other, openStates, event.data.persons],
  );
  const now = desk.now().toISOString();
  for (const { id } of rows) {
    const target = referralTarget(ReferralId.parse(id));
    const command = { type: 'flagPlacedElsewhere', now, other } as const;
    await submitAs(desk, causeOf('placed-elsewhere', record), target, command);
  }
}
