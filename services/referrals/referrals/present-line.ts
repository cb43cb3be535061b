import type { ReferralLine } from '@relais/contracts/views/parts';
import { labelOf, type Words } from '../words.ts';
import { noDate, type ReferralRow } from './rows.ts';

/** The reason and outcome as far as they were meant for this association; a coordinator is told in any case. */
export const toldTo = (
  row: Pick<ReferralRow, 'told_sender' | 'receiver' | 'reason' | 'outcome' | 'declined_by'>,
  association: string,
  coordinates = false,
): Pick<ReferralRow, 'reason' | 'outcome' | 'declined_by'> => {
  const told = coordinates || row.told_sender || row.receiver === association;
  const { reason, outcome, declined_by } = row;
  return told
    ? { reason, outcome, declined_by }
    : { reason: null, outcome: null, declined_by: null };
};

/** The next date that concerns somebody, and whether it has passed. */
export const dueOf = ({ due_at }: Pick<ReferralRow, 'due_at'>, { now }: Words) => ({
  dueAt: due_at === noDate ? null : due_at,
  overdue: due_at < now,
});

/** A referral in a list. */
export const referralLine = (
  row: ReferralRow,
  association: string,
  words: Words,
  coordinates = false,
): ReferralLine =>
  ({
    id: row.id,
    case: row.case_id,
    state: row.state,
    label: labelOf(row.state, row.receiver, association, words),
    kind: row.kind,
    themes: [...row.themes],
    priority: row.priority,
    sender: row.sender,
    receiver: row.receiver,
    sentAt: row.sent_at,
    ...dueOf(row, words),
    endedAt: row.ended_at,
    ...toldTo(row, association, coordinates),
    placedElsewhere: coordinates || row.sender === association ? row.placed_elsewhere : null,
    revision: row.revision.toString(),
  }) as unknown as ReferralLine;
