import type { OfferState } from '@relais/contracts/offer-codes';
import { type OfferEvent, type OfferTerms, offerContract } from '@relais/contracts/offer-events';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';

export type OfferRow = {
  readonly id: string;
  readonly association: string;
  readonly kind: string;
  readonly state: OfferState;
  readonly title: string;
  readonly revision: bigint;
  readonly terms: OfferTerms;
  readonly published_at: string;
  readonly changed_at: string;
};

const offers = table<OfferRow, OfferEvent>({
  name: 'offer',
  key: ['id'],
  touches: ({ data }) => [{ id: data.offer }],
  fold: offerRow,
});

export const offersPart: Part<OfferEvent> = {
  categories: { offer: offerContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [offers],
};

type Stamp = Pick<Recorded, 'revision' | 'recordedAt'>;

/** The offer as it stands after this event. */
export function offerRow(
  row: OfferRow | undefined,
  event: OfferEvent,
  { revision, recordedAt }: Stamp,
): OfferRow {
  if (event.type === 'offer-published.v2') {
    const { offer: id, association, source, contact, ...terms } = event.data;
    const { kind, title } = terms;
    const published = { state: 'open', revision, published_at: recordedAt } as const;
    return { id, association, kind, title, terms, ...published, changed_at: recordedAt };
  }
  if (row === undefined) throw new Error('an event before the offer was published');
  if (event.type === 'offer-changed.v1') {
    const { offer, association, source, contact, ...terms } = event.data;
    const { kind, places } = row.terms;
    const changed = { terms: { ...terms, kind, places }, title: terms.title };
    return { ...row, ...changed, revision, changed_at: recordedAt };
  }
  return { ...row, state: stateAfter[event.type] ?? row.state, revision, changed_at: recordedAt };
}

const stateAfter: { readonly [type: string]: OfferState } = {
  'offer-suspended.v1': 'suspended',
  'offer-resumed.v1': 'open',
  'offer-withdrawn.v1': 'withdrawn',
};
