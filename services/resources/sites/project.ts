import type { Source } from '@relais/contracts/directory';
import { type SiteEvent, type SiteTerms, siteContract } from '@relais/contracts/directory-events';
import type { EntryState } from '@relais/contracts/directory-views';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';

export type SiteRow = {
  readonly id: string;
  readonly organisation: string;
  readonly association: string;
  readonly state: EntryState;
  readonly name: string;
  readonly commune: string | null;
  readonly revision: bigint;
  readonly terms: SiteTerms;
  readonly source: Source | null;
  readonly contact: SealedAt | null;
  readonly registered_at: string;
  readonly changed_at: string;
};

const sites = table<SiteRow, SiteEvent>({
  name: 'site',
  key: ['id'],
  touches: ({ data }) => [{ id: data.site }],
  fold: siteRow,
});

export const sitesPart: Part<SiteEvent> = {
  categories: { site: siteContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [sites],
};

/** The site as it stands after this event. */
export function siteRow(row: SiteRow | undefined, event: SiteEvent, record: Recorded): SiteRow {
  const { revision, recordedAt: changed_at } = record;
  switch (event.type) {
    case 'site-registered.v1':
    case 'site-changed.v1': {
      const { site: id, organisation, association, source, contact, ...terms } = event.data;
      const commune = terms.address?.commune ?? null;
      const { name } = terms;
      return {
        ...{ id, organisation, association, state: 'listed', name, commune, revision },
        ...{ terms, source },
        contact:
          contact === undefined ? (row?.contact ?? null) : sealedAt(record, 'contact', contact),
        registered_at: row?.registered_at ?? changed_at,
        changed_at,
      };
    }
    case 'site-contact-forgotten.v1':
      return { ...existing(row), contact: null, revision, changed_at };
    case 'site-retired.v1':
      return { ...existing(row), state: 'retired', contact: null, revision, changed_at };
  }
}

function existing(row: SiteRow | undefined): SiteRow {
  if (row === undefined) throw new Error('an event before the site was registered');
  return row;
}
