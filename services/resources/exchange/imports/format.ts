/** What the formats have in common: documents of a file, and an organisation made of them. */
import type { ImportFormat, StartImport } from '@relais/contracts/imports';
import { dataInclusion } from '../data-inclusion/format.ts';
import { table } from '../data-inclusion/table.ts';
import type { FindingCode, Group, Note } from '../described.ts';
import { hsds } from '../hsds/format.ts';
import type { Communes } from '../places.ts';
import type { Read } from '../reading/read.ts';

export type Found = { readonly field: string; readonly code: FindingCode };

/** One document of a file; `document` is null where it is refused. `organisation`: whose it is, if that is known. */
export type Document = {
  /** `embedded`: an organisation as it stands within something else; `entry`: nobody knows what. */
  readonly kind: 'organisation' | 'offer' | 'embedded' | 'entry';
  readonly id: string;
  readonly organisation: string | null;
  readonly document: unknown;
  readonly findings: readonly Found[];
};
export type Staged = Document & { readonly seq: bigint; readonly line: bigint };

/** All that a file says of one organisation. */
export type GroupDocuments = { readonly organisation: Staged; readonly offers: readonly Staged[] };

export type Format = {
  /** The documents that an entry of the file holds. */
  readonly documents: (read: Read, terms: StartImport) => readonly Document[];
  /** `noteOf` takes down what is found in the document of this number. */
  readonly group: (
    documents: GroupDocuments,
    communes: Communes,
    noteOf: (seq: bigint) => Note,
  ) => Group;
};

const formats: { readonly [name in ImportFormat]: Format } = {
  'data-inclusion': dataInclusion,
  hsds,
  'hsds-tabular': hsds,
  csv: table,
};

export const formatOf = (name: ImportFormat): Format => formats[name];
