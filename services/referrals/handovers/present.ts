import type { HandoverLine } from '@relais/contracts/views/parts';
import type { HandoverRow } from './project.ts';

/** A handover without its reasons, which are personal. */
export const handoverLine = (row: HandoverRow): HandoverLine => ({
  id: row.id,
  case: row.case_id,
  kind: row.kind,
  from: row.from_association,
  to: row.to_association,
  state: row.state,
  meeting: row.meeting,
  decision: row.decision,
  openedAt: row.opened_at,
  answeredAt: row.answered_at,
  revision: row.revision.toString(),
});
