import type { OfferEvent } from '@relais/contracts/offer-events';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isSame, isSameEntry } from '../sameness.ts';
import type { OfferCommand, OfferRefusal } from './decide.ts';
import type { Offer } from './offer.ts';

/** An offer as an outside source has it; one that the source lost and has again is open again. */
export function mirror(
  command: Extract<OfferCommand, { type: 'mirror' }>,
  known: Offer,
): Decision<OfferEvent, OfferRefusal> {
  const { offer, association, terms, contact, source } = command;
  const ids = { offer, association };
  if (known.state === 'absent') {
    const data = { ...ids, ...terms, places: null, contact: contact ?? null, source };
    return accept({ type: 'offer-published.v2', data });
  }
  if (!isSameEntry(known.source, source) || known.association !== association) {
    return refuse({ code: 'not-a-mirror' });
  }
  const { kind, places: _, ...said } = terms;
  const { kind: kindBefore, places: __, ...saidBefore } = known.terms;
  const isAsItWas =
    isSame([said, source], [saidBefore, known.source]) &&
    contact === undefined &&
    known.state === 'open';
  const events: OfferEvent[] = [];
  if (!isAsItWas) {
    const given = contact === undefined ? {} : { contact };
    events.push({ type: 'offer-changed.v1', data: { ...ids, ...said, ...given, source } });
  }
  if (kind !== kindBefore) events.push({ type: 'offer-reclassified.v1', data: { ...ids, kind } });
  if (known.state !== 'open') events.push({ type: 'offer-resumed.v1', data: ids });
  return accept(...events);
}
