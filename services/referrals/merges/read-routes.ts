import { actorOf } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import { MergeView } from '@relais/contracts/views/merges';
import type { Routes } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { ById } from '../cases/read-routes.ts';
import type { ReadModelAccess } from '../reading.ts';
import { allowedMergeActions, speaksForBoth } from './decide.ts';
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
        const { rows } = await sql.query<OwnedMerge>(
          `select merge.*, kept.owner as kept_owner, absorbed.owner as absorbed_owner from merge
           join case_file kept on kept.id = merge.kept
           join case_file absorbed on absorbed.id = merge.absorbed
           where merge.id = $1`,
          [params.id],
        );
        const row = rows[0];
        if (row === undefined) throw new HttpProblem('not-found');
        const kept = { owner: AssociationId.parse(row.kept_owner) };
        const absorbed = { owner: AssociationId.parse(row.absorbed_owner) };
        if (!speaksForBoth(actorOf(caller), kept, absorbed)) throw new HttpProblem('not-found');
        revisionTag(reply, row.revision);
        return {
          ...{ id: row.id, kept: row.kept, absorbed: row.absorbed, state: row.state },
          ...{ reason: row.reason, undoReason: row.undo_reason },
          ...{ madeAt: row.made_at, endedAt: row.ended_at, revision: row.revision.toString() },
          allowedActions: [...allowedMergeActions({ status: row.state })],
        };
      },
    );
  };

/** With who owns both files now. */
type OwnedMerge = MergeRow & { readonly kept_owner: string; readonly absorbed_owner: string };
