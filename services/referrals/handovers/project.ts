import type { HandoverEvent } from '@relais/contracts/handovers';
import { type Fact, type SealedAt, type StreamTable, sealedOrNull, tableOf } from '../fold.ts';

export type HandoverRow = {
  readonly id: string;
  readonly case_id: string;
  readonly kind: 'handover' | 'reorientation';
  /** The owner when it was opened. */
  readonly from_association: string;
  readonly to_association: string | null;
  readonly state: string;
  readonly reason: SealedAt | null;
  readonly answer_reason: SealedAt | null;
  readonly referent: string | null;
  readonly meeting: string | null;
  readonly decision: string | null;
  readonly opened_at: string;
  readonly answered_at: string | null;
  readonly revision: bigint;
  readonly position: bigint;
};

const handover: StreamTable<HandoverRow, HandoverEvent> = {
  name: 'handover',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { revision, position } = fact.record;
    return { ...(row === undefined ? opened(fact) : answered(row, fact)), revision, position };
  },
};

function opened(fact: Fact<HandoverEvent>): HandoverRow {
  const { event, record, at, id } = fact;
  const rest = {
    id,
    case_id: event.data.case,
    answer_reason: null,
    referent: null,
    decision: null,
    opened_at: at,
    answered_at: null,
    revision: record.revision,
    position: record.position,
  };
  switch (event.type) {
    case 'handover-requested.v1':
    case 'handover-asked.v2':
      return {
        ...rest,
        kind: 'handover',
        from_association: event.data.from,
        to_association: event.data.to,
        state: event.type === 'handover-asked.v2' ? 'asked' : 'requested',
        reason: sealedOrNull(fact, 'reason', event.data.reason),
        meeting: null,
      };
    case 'reorientation-asked.v2':
      return {
        ...rest,
        kind: 'reorientation',
        from_association: event.data.owner,
        to_association: event.data.to,
        state: 'reorientation_asked',
        reason: sealedOrNull(fact, 'reason', event.data.reason),
        meeting: event.data.meeting,
      };
    default:
      throw new Error(`${event.type} before ${record.stream} was opened`);
  }
}

function answered(row: HandoverRow, fact: Fact<HandoverEvent>): HandoverRow {
  const { event, at } = fact;
  const ended = (state: string) => ({ ...row, state, answered_at: at });
  switch (event.type) {
    // Granting what was asked for opens the handover itself.
    case 'handover-granted.v1':
    case 'handover-requested.v1':
      return { ...row, state: 'requested' };
    case 'handover-accepted.v1':
      return { ...ended('accepted'), referent: event.data.referent };
    case 'handover-refused.v2':
      return {
        ...ended('refused'),
        answer_reason: sealedOrNull(fact, 'reason', event.data.reason),
      };
    case 'handover-denied.v2':
      return { ...ended('denied'), answer_reason: sealedOrNull(fact, 'reason', event.data.reason) };
    case 'handover-revoked.v1':
      return ended('revoked');
    case 'handover-voided.v1':
      return ended('voided');
    case 'reorientation-accepted.v1':
      return { ...ended('reorientation_accepted'), decision: event.data.decision };
    case 'reorientation-denied.v1':
      return { ...ended('reorientation_denied'), decision: event.data.decision };
    case 'reorientation-voided.v1':
      return ended('reorientation_voided');
    case 'handover-asked.v2':
    case 'reorientation-asked.v2':
      throw new Error(`${event.type} twice in ${fact.record.stream}`);
  }
}

/** Events of `handover-<uuid>` become one row each. */
export const handoverTables = [tableOf('handover', handover)];
