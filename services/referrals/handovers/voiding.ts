import type { HandoverEvent } from '@relais/contracts/handovers';
import type { HandoverCode, Refusal } from '@relais/contracts/refusals';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { Voiding } from './actions.ts';
import type { Handover } from './state.ts';

/**
 * `void`: accepted, but the case had gone elsewhere before that could be carried out; `lapse`: the case went elsewhere
 * before anybody accepted, or a meeting's decision was recorded. Each by its own states, so that the handover that moved the case is never taken for one
 * that did not.
 */
const voidableStates: { readonly [Type in Voiding]: readonly Handover['status'][] } = {
  void: ['accepted'],
  lapse: ['asked', 'requested', 'reorientation_asked'],
};

/** A handover ended by the platform, once. */
export function voided(
  type: Voiding,
  handover: Handover,
): Decision<HandoverEvent, Refusal<HandoverCode>> {
  if (handover.status === 'voided' || handover.status === 'reorientation_voided') return accept();
  if (handover.status === 'absent' || !voidableStates[type].includes(handover.status)) {
    return refuse({ code: 'not-found' });
  }
  const { status, case: id, from, to } = handover;
  if (status === 'reorientation_asked') {
    const data = { case: id, owner: from, because: 'owner-changed' } as const;
    return accept({ type: 'reorientation-voided.v1', data });
  }
  if (to === null) return refuse({ code: 'not-found' });
  return accept({
    type: 'handover-voided.v1',
    data: { case: id, from, to, because: 'owner-changed' },
  });
}
