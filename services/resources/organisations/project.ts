import type { Source } from '@relais/contracts/directory';
import {
  type OrganisationEvent,
  type OrganisationTerms,
  organisationContract,
} from '@relais/contracts/directory-events';
import type { EntryState } from '@relais/contracts/directory-views';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { type SealedAt, sealedAt } from '../sealed-text.ts';

export type OrganisationRow = {
  readonly id: string;
  readonly association: string;
  readonly state: EntryState;
  readonly kind: string;
  readonly name: string;
  readonly member: string | null;
  readonly parent: string | null;
  readonly revision: bigint;
  readonly terms: OrganisationTerms;
  readonly source: Source | null;
  readonly contact: SealedAt | null;
  readonly registered_at: string;
  readonly changed_at: string;
};

const organisations = table<OrganisationRow, OrganisationEvent>({
  name: 'organisation',
  key: ['id'],
  touches: ({ data }) => [{ id: data.organisation }],
  fold: organisationRow,
});

export const organisationsPart: Part<OrganisationEvent> = {
  categories: { organisation: organisationContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [organisations],
};

/** The organisation as it stands after this event. */
export function organisationRow(
  row: OrganisationRow | undefined,
  event: OrganisationEvent,
  record: Recorded,
): OrganisationRow {
  const { revision, recordedAt: changed_at } = record;
  switch (event.type) {
    case 'organisation-registered.v1':
    case 'organisation-changed.v1': {
      const { organisation: id, association, source, contact, ...terms } = event.data;
      const { kind, name, member, parent } = terms;
      return {
        ...{
          id,
          association,
          state: 'listed',
          kind,
          name,
          member,
          parent,
          revision,
          terms,
          source,
        },
        contact:
          contact === undefined ? (row?.contact ?? null) : sealedAt(record, 'contact', contact),
        registered_at: row?.registered_at ?? changed_at,
        changed_at,
      };
    }
    case 'organisation-contact-forgotten.v1':
      return { ...existing(row), contact: null, revision, changed_at };
    case 'organisation-retired.v1':
      return { ...existing(row), state: 'retired', contact: null, revision, changed_at };
  }
}

function existing(row: OrganisationRow | undefined): OrganisationRow {
  if (row === undefined) throw new Error('an event before the organisation was registered');
  return row;
}
