import type { Source } from '@relais/contracts/directory';
import type { Freshness } from '@relais/contracts/freshness';
import type { OfferState } from '@relais/contracts/offer-codes';
import { type OfferEvent, type OfferTerms, offerContract } from '@relais/contracts/offer-events';
import { visibleTo } from '@relais/contracts/offer-visibility';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';

export type OfferRow = {
  readonly id: string;
  readonly association: string;
  readonly kind: string;
  readonly state: OfferState;
  readonly title: string;
  readonly organisation: string | null;
  /** Null: every member. */
  readonly visible_to: readonly string[] | null;
  readonly revision: bigint;
  readonly terms: OfferTerms;
  readonly source: Source | null;
  readonly contact: SealedAt | null;
  readonly freshness: Freshness;
  readonly confirmed_at: string;
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

/** The offer as it stands after this event. */
export function offerRow(row: OfferRow | undefined, event: OfferEvent, record: Recorded): OfferRow {
  const { revision, recordedAt: changed_at } = record;
  if (event.type === 'offer-published.v2') {
    const { offer: id, association, source, contact, ...terms } = event.data;
    const said = { ...saying(association, terms), ...confirmed(changed_at), source };
    const made = { state: 'open', revision, published_at: changed_at, changed_at } as const;
    return { id, association, ...said, contact: sealedAt(record, 'contact', contact), ...made };
  }
  if (row === undefined) throw new Error('an event before the offer was published');
  return { ...row, ...after(row, event, record), revision, changed_at };
}

function after(
  row: OfferRow,
  event: Exclude<OfferEvent, { type: 'offer-published.v2' }>,
  record: Recorded,
): Partial<OfferRow> {
  switch (event.type) {
    case 'offer-changed.v1': {
      const { offer: _, association, source, contact: given, ...said } = event.data;
      const { kind, places } = row.terms;
      const contact = given === undefined ? row.contact : sealedAt(record, 'contact', given);
      const terms = saying(association, { ...said, kind, places });
      return { ...terms, ...confirmed(record.recordedAt), source, contact };
    }
    case 'offer-reclassified.v1': {
      const { kind } = event.data;
      return { kind, terms: { ...row.terms, kind } };
    }
    case 'offer-contact-forgotten.v1':
      return { contact: null };
    case 'offer-confirmed.v1':
      return confirmed(record.recordedAt);
    case 'offer-confirmation-asked.v1':
      return { freshness: 'asked' };
    case 'offer-grown-stale.v1':
      return { freshness: 'stale' };
    case 'offer-suspended.v1':
      return { state: 'suspended' };
    case 'offer-resumed.v1':
      return { state: 'open' };
    case 'offer-withdrawn.v1':
      return { state: 'withdrawn', contact: null };
  }
}

const confirmed = (confirmed_at: string) => ({ freshness: 'fresh', confirmed_at }) as const;

const saying = (association: OfferEvent['data']['association'], terms: OfferTerms) => ({
  ...{ terms, kind: terms.kind, title: terms.title, organisation: terms.organisation },
  visible_to: visibleTo({ association, terms }),
});
