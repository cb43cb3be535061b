/** Imports and their reports as the resources service answers them. */
import { z } from 'zod';
import { AssociationId, ImportId } from './ids.ts';
import { FileEncoding, ImportCounts, ImportFormat, ImportVisibility, Sha256 } from './imports.ts';
import { Code } from './values.ts';

export const ImportState = z
  .enum(['uploading', 'uploaded', 'applying', 'applied', 'refused', 'cancelled'])
  .meta({ id: 'ImportState' });
export type ImportState = z.infer<typeof ImportState>;

export const ImportView = z
  .object({
    id: ImportId,
    association: AssociationId,
    format: ImportFormat,
    source: z.string(),
    /** As it was announced. */
    licence: z.string().nullable(),
    visibility: ImportVisibility,
    isComplete: z.boolean(),
    mayRetireMost: z.boolean(),
    encoding: FileEncoding,
    mapping: z.record(z.string(), z.string()),
    sha256: Sha256.nullable(),
    state: ImportState,
    /** Bytes. */
    size: z.int(),
    received: z.int(),
    progress: z.object({
      entriesRead: z.int(),
      organisations: z.int(),
      organisationsDone: z.int(),
    }),
    /** Once it is applied. */
    counts: ImportCounts.nullable(),
    /** Why nothing of the file could be used. */
    reason: Code.nullable(),
    startedAt: z.iso.datetime(),
    allowedActions: z.array(z.enum(['cancel'])),
  })
  .meta({ id: 'ImportView' });
export type ImportView = z.infer<typeof ImportView>;

/** How much of the file has arrived; HEAD tells the same in `Upload-Offset`. */
export const UploadView = z
  .object({ offset: z.int(), size: z.int(), isComplete: z.boolean() })
  .meta({ id: 'UploadView' });
export type UploadView = z.infer<typeof UploadView>;

export const ReportOutcome = z.enum(['accepted', 'corrected', 'refused']);
export const ReportRow = z
  .object({
    /** Null for what the file no longer has. */
    line: z.int().nullable(),
    kind: z.enum(['organisation', 'site', 'offer', 'entry']),
    /** The source's identifiers. */
    entry: z.string(),
    organisation: z.string().nullable(),
    outcome: ReportOutcome,
    effect: z.enum(['created', 'changed', 'unchanged', 'retired', 'none']),
    /** What could not be taken as it stood. The value itself is not repeated: it may be about a person. */
    findings: z.array(z.object({ field: z.string(), code: Code })),
  })
  .meta({ id: 'ReportRow' });
export type ReportRow = z.infer<typeof ReportRow>;
