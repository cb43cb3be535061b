import type { AssociationEvent } from '@relais/contracts/associations';
import type { OrganisationEvent } from '@relais/contracts/directory-events';
import type { OfferEvent } from '@relais/contracts/offer-events';
import { visibleTo } from '@relais/contracts/offer-visibility';
import { existing, type StreamTable, tableOf } from '../fold.ts';

export type AssociationRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly themes: readonly string[];
  readonly communes: readonly string[];
  readonly languages: readonly string[];
  readonly accepts_open_referrals: boolean;
  readonly state: 'member' | 'left';
  readonly position: bigint;
};

const association: StreamTable<AssociationRow, AssociationEvent> = {
  name: 'association',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { event, record, id } = fact;
    const { position } = record;
    if (event.type === 'association-left.v1') {
      return { ...existing(row, fact), state: 'left', position };
    }
    const { name, kind, themes, communes, languages, acceptsOpenReferrals } = event.data;
    return {
      ...{ id, name, kind, themes, communes, languages, state: 'member', position },
      accepts_open_referrals: acceptsOpenReferrals,
    };
  },
};

type OrganisationRow = { readonly id: string; readonly retired: boolean };

const organisation: StreamTable<OrganisationRow, OrganisationEvent> = {
  name: 'organisation',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, { event, id }) {
    if (event.type === 'organisation-contact-forgotten.v1') return row;
    return { id, retired: event.type === 'organisation-retired.v1' };
  },
};

export type OfferRow = {
  readonly id: string;
  readonly association: string;
  readonly organisation: string | null;
  readonly kind: string;
  readonly title: string;
  readonly themes: readonly string[];
  readonly communes: readonly string[];
  /** Null: every member. */
  readonly visible_to: readonly string[] | null;
  readonly counted: boolean;
  readonly has_waiting_list: boolean;
  readonly state: 'open' | 'suspended' | 'withdrawn';
  readonly position: bigint;
};

const offer: StreamTable<OfferRow, OfferEvent> = {
  name: 'offer',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { event, record, id } = fact;
    const { position } = record;
    switch (event.type) {
      case 'offer-published.v2': {
        const { association: by, kind, title, themes, communes, places } = event.data;
        return {
          ...{ id, association: by, kind, title, themes, communes, state: 'open', position },
          organisation: event.data.organisation,
          counted: places !== null,
          visible_to: visibleTo({ association: by, terms: event.data }),
          has_waiting_list: event.data.hasWaitingList,
        };
      }
      case 'offer-changed.v1': {
        const { association: by, title, themes, communes, hasWaitingList } = event.data;
        const visible_to = visibleTo({ association: by, terms: event.data });
        const said = { title, themes, communes, visible_to, has_waiting_list: hasWaitingList };
        const { organisation } = event.data;
        return { ...existing(row, fact), ...said, organisation, position };
      }
      case 'offer-reclassified.v1':
        return { ...existing(row, fact), kind: event.data.kind, position };
      case 'offer-confirmed.v1':
      case 'offer-confirmation-asked.v1':
      case 'offer-grown-stale.v1':
      case 'offer-contact-forgotten.v1':
        return row;
      case 'offer-suspended.v1':
        return { ...existing(row, fact), state: 'suspended', position };
      case 'offer-resumed.v1':
        return { ...existing(row, fact), state: 'open', position };
      case 'offer-withdrawn.v1':
        return { ...existing(row, fact), state: 'withdrawn', position };
    }
  },
};

/** Members and their offers, as far as this service needs to know them. */
export const directoryTables = [
  tableOf('association', association),
  tableOf('organisation', organisation),
  tableOf('offer', offer),
];
