import type { Actor } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import type { ExchangeLine } from '@relais/contracts/views/exchanges';
import type { ExchangeRow } from './project.ts';
import { allowedExchangeActions } from './state.ts';

/** The two associations of a row, as the rules take them. */
export const partiesOf = (row: Pick<ExchangeRow, 'requester' | 'provider'>) => ({
  requester: AssociationId.parse(row.requester),
  provider: AssociationId.parse(row.provider),
});

/** An exchange without its texts. */
export function exchangeLine(row: ExchangeRow, actor: Actor): ExchangeLine {
  const { state } = row;
  const reported = { requester: row.reported_requester, provider: row.reported_provider };
  return {
    id: row.id,
    state,
    revision: row.revision.toString(),
    requester: row.requester,
    provider: row.provider,
    need: row.need,
    offer: row.offer,
    skill: row.skill,
    themes: [...row.themes],
    hours: row.hours,
    window: row.time_window,
    reported,
    confirmed: row.confirmed,
    reason: row.reason,
    escalated: row.escalated,
    deadlines: row.deadlines,
    requestedAt: row.requested_at,
    changedAt: row.changed_at,
    allowedActions: allowedExchangeActions({ ...partiesOf(row), state, reported }, actor),
  };
}
