import { eventLabel } from '@relais/contracts/views/event-labels';
import type { TimelineEntry } from '@relais/contracts/views/timeline';
import type { Reader } from '../levels.ts';
import type { Words } from '../words.ts';
import type { EntryRow } from './query.ts';

/** An entry as the reader may see it: a reason that was not meant for the sender stays out of its summary. */
export function presentEntry(row: EntryRow, reader: Reader, words: Words): TimelineEntry {
  const { reason: _reason, outcome: _outcome, declinedBy: _by, ...rest } = row.summary;
  const told =
    row.told_sender ||
    row.receiver === reader.association ||
    (reader.role === 'coordinator' && row.summary.sender !== reader.association) ||
    reader.role === 'auditor';
  return {
    position: row.position.toString(),
    event: row.event_id,
    type: row.type,
    label: eventLabel(row.type, words.language),
    case: row.case_id,
    referral: row.referral_id,
    handover: row.handover_id,
    persons: [...row.persons],
    actor: row.actor,
    association: row.association,
    associationName: row.association_name,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    correlation: row.correlation_id,
    causation: row.causation_id,
    causedBy: row.caused_by,
    ledTo: [...row.led_to],
    summary: told ? row.summary : rest,
    delayMs: row.delay_ms === null ? null : Number(row.delay_ms),
    breaches: [...row.breaches],
  };
}
