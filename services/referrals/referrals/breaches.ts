import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { Fact } from '../fold.ts';
import type { ReferralRow } from './rows.ts';

/** Deadlines that an event shows as missed, or that had been missed when it came. */
export type Breach =
  | 'acknowledge-overdue'
  | 'decision-overdue'
  | 'expired'
  | 'acknowledged-late'
  | 'decided-late'
  | 'reviewed-late'
  | 'resumed-late';

const answers = new Set<ReferralEvent['type']>([
  'referral-acknowledged.v1',
  'referral-claimed.v1',
  'referral-info-requested.v2',
  'referral-waitlisted.v1',
  'referral-place-requested.v1',
  'referral-accepted.v1',
  'referral-declined.v1',
  'referral-redirected.v1',
]);

/** The receiver reacted, whatever with. */
export const isAnswer = ({ type }: Pick<ReferralEvent, 'type'>): boolean => answers.has(type);

/** `before`: the referral as it stood when the event came. */
export function missed(
  before: ReferralRow,
  { event, record, at }: Fact<ReferralEvent>,
): ReferralRow['breaches'] {
  const isLate = (due: string | null) => due !== null && at > due;
  const late = isAnswer(event) && before.acknowledged_at === null && isLate(before.acknowledge_by);
  const breaches: Breach[] = [
    ...(late ? (['acknowledged-late'] as const) : []),
    ...shown(event, before, isLate),
  ];
  return breaches.map((breach) => ({ position: record.position.toString(), breach }));
}

function shown(
  event: ReferralEvent,
  before: ReferralRow,
  isLate: (due: string | null) => boolean,
): Breach[] {
  switch (event.type) {
    case 'referral-reminded.v1':
      return ['acknowledge-overdue'];
    case 'referral-escalated.v1':
      return ['decision-overdue'];
    case 'referral-expired.v1':
      return ['expired'];
    case 'referral-accepted.v1':
    case 'referral-declined.v1':
    case 'referral-redirected.v1':
      if (before.state === 'waitlisted') return isLate(before.review_by) ? ['reviewed-late'] : [];
      return before.decided_at === null && isLate(before.decide_by) ? ['decided-late'] : [];
    case 'referral-resumed.v1':
      return isLate(before.resume_by) ? ['resumed-late'] : [];
    default:
      return [];
  }
}
