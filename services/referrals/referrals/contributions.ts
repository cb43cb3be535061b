import type { ReferralEvent } from '@relais/contracts/referral-events';
import { type StreamTable, sealedAt } from '../fold.ts';
import type { ContributionRow } from './rows.ts';

/**
 * What a party added by an event, if anything. The sender is meant to read texts that answer it; a decline, an
 * outcome or a failure as far as the receiver marked it so; notes stay with who works on the referral.
 */
export const contribution: StreamTable<ContributionRow, ReferralEvent> = {
  name: 'referral_contribution',
  key: ['id'],
  touches: ({ event: { data }, record }) =>
    'text' in data && data.text !== null ? [{ id: record.id }] : [],
  fold(row, fact) {
    const { event, record, at, id } = fact;
    if (!('text' in event.data) || event.data.text === null) return row;
    const shared = event.type === 'referral-info-supplied.v2' ? event.data.shared : [];
    return {
      id: record.id,
      referral_id: id,
      case_id: event.data.case,
      association: record.metadata.association,
      kind: event.type.replace(/^referral-|\.v\d+$/g, '').replace('note-added', 'note'),
      text: sealedAt(fact, 'text', event.data.text),
      shared: shared.map((item, index) => sealedAt(fact, `shared.${index}`, item)),
      told_sender: toldSender(event),
      told_person: 'visibleTo' in event.data && event.data.visibleTo.includes('person'),
      at,
      position: record.position,
    };
  },
};

function toldSender(event: ReferralEvent): boolean {
  switch (event.type) {
    case 'referral-declined.v1':
    case 'referral-completed.v1':
    case 'referral-failed.v1':
      return event.data.visibleTo.includes('sender');
    case 'referral-note-added.v1':
      return false;
    default:
      return true;
  }
}
