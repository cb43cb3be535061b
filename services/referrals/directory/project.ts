import type { AssociationEvent } from '@relais/contracts/associations';
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

/** Events of `association-<uuid>` become what this service knows of the members. */
export const associationTables = [tableOf('association', association)];
