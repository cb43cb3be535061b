import type { HandoverEvent } from '@relais/contracts/handovers';
import type { HandoverCode, Refusal } from '@relais/contracts/refusals';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { Voiding } from './actions.ts';
import type { Handover } from './state.ts';

/**
 * `void`: accepted, but the case had gone elsewhere before that could be carried out; `lapse`: the case went elsewhere
 * before anybody accepted. Each by its own states, so that the handover that moved the case is never taken for one
 * that did not.
 */
const voidableStates: { readonly [Type in Voiding]: readonly Handover['status'][] } = {
  void: ['accepted'],
  lapse: ['asked', 'requested'],
};

/** A handover ended by the platform, once. */
export function voided(
  type: Voiding,
  handover: Handover,
): Decision<HandoverEvent, Refusal<HandoverCode>> {
  if (handover.status === 'voided') return accept();
  const isVoidable = voidableStates[type].includes(handover.status);
  if (handover.status === 'absent' || handover.to === null || !isVoidable) {
    return refuse({ code: 'not-found' });
  }
  const { case: id, from, to } = handover;
  return accept({
    type: 'handover-voided.v1',
    data: { case: id, from, to, because: 'owner-changed' },
  });
}
