/** Imports of directories from outside. Storage formats: never edit an event schema that has shipped, add a `.v2`. */
import { z } from 'zod';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { startImport } from './examples.ts';
import { AssociationId, ImportId } from './ids.ts';
import { Code, text } from './values.ts';

/** JSON as data·inclusion (schema v1) and HSDS 3 publish it; HSDS's zip of tables; a table of any columns. */
export const ImportFormat = z
  .enum(['data-inclusion', 'hsds', 'hsds-tabular', 'csv'])
  .meta({ id: 'ImportFormat' });
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Bytes of a file: 100,000 services are about 200 MB. */
export const importBytesMax = 1024 ** 3;

export const FileEncoding = z.enum(['utf-8', 'windows-1252', 'utf-16le']);
const Column = z.string().min(1).max(200);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const ImportVisibility = z.enum(['public', 'network']);

/** `POST /v1/imports`; the bytes follow. */
export const StartImport = z
  .strictObject({
    format: ImportFormat,
    /** Name of the source: the next file of the same name replaces what this one brought. */
    source: text(120),
    licence: text(200).nullable().default(null),
    size: z.int().min(1).max(importBytesMax),
    /** Who finds the offers it brings. */
    visibility: ImportVisibility.default('network'),
    /** The file is all that the source has: what it lacks is retired. */
    isComplete: z.boolean().default(true),
    /** It may lack more than half of what the source had: else nothing is retired then. */
    mayRetireMost: z.boolean().default(false),
    encoding: FileEncoding.default('utf-8'),
    /** Of the whole file, if it is known: another file is refused. */
    sha256: Sha256.nullable().default(null),
    /** For a table of any columns: field of data·inclusion → column; `structure.` begins those of the structure. */
    mapping: z
      .record(z.string().regex(/^(?:structure\.)?[a-z_]{1,40}$/), Column)
      .refine((columns) => Object.keys(columns).length <= 60, { error: 'at most 60 columns' })
      .default({}),
  })
  .meta({ id: 'StartImport', examples: [startImport] });
export type StartImport = Immutable<z.output<typeof StartImport>>;

const count = z.int().min(0);
/** Lines by what they came to, and entries by what they changed. */
export const ImportCounts = z
  .strictObject({
    accepted: count,
    corrected: count,
    refused: count,
    created: count,
    changed: count,
    unchanged: count,
    retired: count,
  })
  .meta({ id: 'ImportCounts' });
export type ImportCounts = z.infer<typeof ImportCounts>;

const ids = { import: ImportId, association: AssociationId };

const importSchemas = {
  'import-started.v1': z.strictObject({
    ...ids,
    format: Code,
    source: text(120),
    licence: text(200).nullable(),
    size: z.int().min(1),
    visibility: Code,
    isComplete: z.boolean(),
    encoding: Code,
    mapping: z.record(z.string(), z.string()),
  }),
  /** Everything of the file is dealt with, as the report says. */
  'import-applied.v1': z.strictObject({ ...ids, sha256: Sha256, counts: ImportCounts }),
  /** Nothing of the file could be used. */
  'import-refused.v1': z.strictObject({ ...ids, reason: Code }),
  /** On request, or because the bytes never came. What it had brought already stays. */
  'import-cancelled.v1': z.strictObject({ ...ids, because: z.enum(['asked', 'abandoned']) }),
};
/** Events of `import-<uuid>`. */
export type ImportEvent = EventOf<typeof importSchemas>;
export const importContract: EventContract<ImportEvent> = {
  schemas: importSchemas,
  upcasters: {},
};
