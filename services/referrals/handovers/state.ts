import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { HandoverEvent, HandoverState } from '@relais/contracts/handovers';
import type { AssociationId, CaseId } from '@relais/contracts/ids';
import type { HandoverRelation } from './actions.ts';

export type OpenedHandover = {
  readonly status: HandoverState;
  readonly case: CaseId;
  /** The owner when it was opened. */
  readonly from: AssociationId;
  /** Null for a reorientation that proposes nobody. */
  readonly to: AssociationId | null;
  /** Who offered the case: nobody of it accepts it. Null until it is offered. */
  readonly initiator: AssociationId | null;
};
export type Handover = { readonly status: 'absent' } | OpenedHandover;

const statusAfter: { readonly [Type in HandoverEvent['type']]: HandoverState } = {
  'handover-requested.v1': 'requested',
  'handover-accepted.v1': 'accepted',
  'handover-refused.v2': 'refused',
  'handover-revoked.v1': 'revoked',
  'handover-asked.v2': 'asked',
  'handover-granted.v1': 'requested',
  'handover-denied.v2': 'denied',
  'handover-voided.v1': 'voided',
  'reorientation-asked.v2': 'reorientation_asked',
  'reorientation-accepted.v1': 'reorientation_accepted',
  'reorientation-denied.v1': 'reorientation_denied',
  'reorientation-voided.v1': 'reorientation_voided',
};

export function evolve(handover: Handover, event: HandoverEvent): Handover {
  const status = statusAfter[event.type];
  switch (event.type) {
    case 'handover-asked.v2': {
      const { case: file, from, to } = event.data;
      return { status, case: file, from, to, initiator: null };
    }
    case 'handover-requested.v1': {
      const { case: file, from, to, initiator } = event.data;
      return { status, case: file, from, to, initiator };
    }
    case 'reorientation-asked.v2': {
      const { case: file, owner, to } = event.data;
      return { status, case: file, from: owner, to, initiator: owner };
    }
    default:
      if (handover.status === 'absent') throw new Error(`${event.type} before it was opened`);
      return { ...handover, status };
  }
}

/** All that a caller is to a handover; `['none']` for a stranger. A reorientation's proposed association has no say. */
export function handoverRelations(
  handover: OpenedHandover,
  actor: Actor,
): readonly HandoverRelation[] {
  const meeting = handover.status.startsWith('reorientation');
  const found: HandoverRelation[] = [
    ...(worksFor(actor, handover.from) ? (['owner'] as const) : []),
    ...(!meeting && worksFor(actor, handover.to) ? (['recipient'] as const) : []),
    ...(coordinates(actor, [handover.from]) ? (['coordinator'] as const) : []),
  ];
  return found.length === 0 ? ['none'] : found;
}
