/** A referral whose grounds are gone is withdrawn, or cancelled: see docs/decisions/0004 for the race. */
import { type ConsentEvent, consentContract } from '@relais/contracts/consents';
import type { Grounds } from '@relais/contracts/grounds';
import { CaseId, type ConsentId, ReferralId } from '@relais/contracts/ids';
import { referralContract } from '@relais/contracts/referral-events';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Consents } from '../consents/state.ts';
import type { CommandOf } from '../referrals/commands.ts';
import { openStates } from '../referrals/states.ts';
import { readConsents } from '../stored.ts';
import {
  type Cause,
  causeOf,
  type Reacting,
  referralTarget,
  rowsUpTo,
  submitAs,
} from './system-command.ts';

type Because = CommandOf<'consentWithdrawn'>['because'];
type Stopping = {
  readonly cause: Cause;
  readonly case: CaseId;
  readonly consent: ConsentId | null;
  readonly because: Because;
  /** The clock, or the date that has passed where the clock went back behind it. */
  readonly now: string;
  /** A referral sent before this position is found; one sent later asks the consents itself. */
  readonly position: bigint;
};

/**
 * A withdrawal, something withheld, or the end of an exception: every open referral of the case is decided on again. Exact because the
 * rules look at the consents as they stand: twice, or after another consent was given, nothing happens.
 */
export async function stopAfterWithdrawal(desk: Reacting, record: Recorded): Promise<void> {
  const stopped = whatStops(parse(consentContract, record));
  if (stopped === undefined) return;
  const { reaction, consent, because } = stopped;
  await stopSharing(desk, {
    cause: causeOf(reaction, record),
    case: CaseId.parse(streamId(record)),
    consent,
    because,
    now: desk.now().toISOString(),
    position: record.position,
  });
}

type Stopped = Pick<Stopping, 'consent' | 'because'> & { readonly reaction: string };

/** A consent that withholds what an older one gave stops what nobody has accepted; nobody said no to a service. */
function whatStops({ type, data }: ConsentEvent): Stopped | undefined {
  switch (type) {
    case 'consent-withdrawn.v1':
      return { reaction: 'consent-withdrawn', consent: data.consent, because: 'withdrawn' };
    case 'consent-exception-ended.v1':
      return { reaction: 'exception-ended', consent: null, because: 'ended' };
    case 'consent-given.v1':
      if (data.withheld.length === 0) return undefined;
      return { reaction: 'consent-narrowed', consent: null, because: 'expired' };
    default:
      return undefined;
  }
}

/** Decides on every open referral of a case again. Throws TryAgain while the rows are behind `position`. */
export async function stopSharing(desk: Reacting, stopping: Stopping): Promise<void> {
  await rowsUpTo(desk, stopping.position);
  const { rows } = await desk.rows.query<{ id: string }>(
    'select id from referral where case_id = $1 and state = any ($2)',
    [stopping.case, openStates],
  );
  if (rows.length === 0) return;
  const consents = await readConsents(desk.log, stopping.case);
  const { cause, consent, because, now } = stopping;
  for (const { id } of rows) {
    const command = { type: 'consentWithdrawn', now, consent, consents, because } as const;
    await submitAs(desk, cause, referralTarget(ReferralId.parse(id)), command);
  }
}

/**
 * Something was shared on these grounds: do they hold still? A withdrawal that was recorded between the guard's
 * reading and this event has been dealt with already, without this referral; so this event asks again. What is
 * withdrawn later than this reading finds the referral in the rows.
 */
export async function stopIfWithdrawnMeanwhile(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(referralContract, record);
  switch (event.type) {
    case 'referral-sent.v1':
    case 'referral-claimed.v1':
    case 'referral-accepted.v1':
    case 'referral-reopened.v2':
    case 'referral-info-supplied.v2': {
      const consents = await readConsents(desk.log, event.data.case);
      const now = desk.now().toISOString();
      const because = whyGone(consents, event.data.grounds, now);
      if (because === undefined) return;
      const target = referralTarget(ReferralId.parse(streamId(record)));
      const command = { type: 'consentWithdrawn', now, consent: null, consents, because } as const;
      await submitAs(desk, causeOf('grounds-checked', record), target, command);
      return;
    }
  }
}

/** Why one of the grounds is there no more; undefined while all are. */
function whyGone(consents: Consents, grounds: Grounds, now: string): Because | undefined {
  const ends = grounds.map((ground) => whyOneGone(consents, ground, now));
  return (['withdrawn', 'ended', 'expired'] as const).find((because) => ends.includes(because));
}

function whyOneGone(
  { consents, exceptions }: Consents,
  ground: Grounds[number],
  now: string,
): Because | undefined {
  if (ground.by === 'consent') {
    const given = consents.find(({ id }) => id === ground.consent);
    if (given === undefined || given.withdrawn) return 'withdrawn';
    return isPast(given.validUntil, now) ? 'expired' : undefined;
  }
  const exception = exceptions.find(({ id }) => id === ground.exception);
  if (exception === undefined || exception.ended) return 'ended';
  return isPast(exception.until, now) ? 'expired' : undefined;
}

const isPast = (until: string | null, now: string): boolean =>
  until !== null && Date.parse(until) <= Date.parse(now);
