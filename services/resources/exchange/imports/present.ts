import { AssociationId, ImportId } from '@relais/contracts/ids';
import type { ImportView, ReportRow } from '@relais/contracts/import-views';
import type { ImportFormat } from '@relais/contracts/imports';
import { allowedActions } from './decide.ts';
import type { StoredReport } from './report.ts';
import type { ImportRow } from './spool.ts';

export const importView = (row: ImportRow): ImportView => ({
  id: ImportId.parse(row.id),
  association: AssociationId.parse(row.association),
  format: row.format as ImportFormat,
  source: row.source,
  licence: row.terms.licence,
  visibility: row.terms.visibility,
  isComplete: row.terms.isComplete,
  // Imports of before it could be said have nothing of it.
  mayRetireMost: row.terms.mayRetireMost ?? false,
  encoding: row.terms.encoding,
  sha256: row.terms.sha256 ?? null,
  mapping: row.terms.mapping,
  state: row.state,
  size: Number(row.size),
  received: Number(row.received),
  progress: {
    entriesRead: Number(row.entries),
    organisations: Number(row.organisations),
    organisationsDone: Number(row.organisations_done),
  },
  counts: row.counts,
  reason: row.reason,
  startedAt: row.started_at,
  allowedActions: allowedActions(row.state),
});

export const reportRow = ({
  line,
  kind,
  entry,
  organisation,
  outcome,
  effect,
  findings,
}: StoredReport): ReportRow => ({
  line: line === null ? null : Number(line),
  ...{ kind, entry, organisation, outcome, effect },
  findings: findings.map(({ field, code }) => ({ field, code })),
});
