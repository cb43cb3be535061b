import { actorOf } from '@relais/contracts/actors';
import { AssociationId, CaseId } from '@relais/contracts/ids';
import { MergeView } from '@relais/contracts/views/merges';
import type { Routes } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { ById } from '../cases/read-routes.ts';
import type { ReadModelAccess } from '../reading.ts';
import { allowedMergeActions, mayUndo } from './decide.ts';
import type { MergeRow } from './project.ts';

/** A merge, to whom it may be told that the files resemble each other: who could undo it. */
export const mergeReadRoutes =
  ({ sql }: Pick<ReadModelAccess, 'sql'>): Routes =>
  async (app) => {
    app.get(
      '/merges/:id',
      {
        config: { access: ['partner', 'coordinator'] },
        schema: {
          summary: 'Read a merge, with the revision that undoing it must name',
          params: ById,
          response: { 200: MergeView },
        },
      },
      async ({ caller, params }, reply) => {
        const { rows } = await sql.query('select * from merge where id = $1', [params.id]);
        const row = rows[0] as MergeRow | undefined;
        const actor = actorOf(caller);
        if (row === undefined || !mayUndo(mergeOf(row), actor)) throw new HttpProblem('not-found');
        revisionTag(reply, row.revision);
        return {
          ...{ id: row.id, kept: row.kept, absorbed: row.absorbed, state: row.state },
          ...{ reason: row.reason, undoReason: row.undo_reason },
          ...{ madeAt: row.made_at, endedAt: row.ended_at, revision: row.revision.toString() },
          allowedActions: [...allowedMergeActions(mergeOf(row), actor)],
        };
      },
    );
  };

/** As the rules know it. */
const mergeOf = (row: MergeRow) => ({
  status: row.state,
  kept: CaseId.parse(row.kept),
  absorbed: CaseId.parse(row.absorbed),
  owners: [AssociationId.parse(row.kept_owner), AssociationId.parse(row.absorbed_owner)] as const,
});
