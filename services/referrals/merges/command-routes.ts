import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { MergeId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { type Commanding, carryOut, commandBase, loadFor, newId } from '../commanding.ts';
import { readCaseFacts } from '../stored.ts';
import { allowedMergeActions, type Merge, mayUndo, mergeBodies, merges } from './decide.ts';

const params = z.strictObject({ id: MergeId });
const access = ['partner', 'coordinator'] as const;

/** Merging two files of one person, and telling them apart again. */
export function mergeCommandRoutes(app: App, desk: Commanding): void {
  app.post(
    '/merges',
    {
      config: { access, command: 'create' },
      schema: {
        summary: 'Merge two cases of the same person',
        body: mergeBodies.merge,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const id = MergeId.parse(newId(request, 'merge'));
      const [kept, absorbed] = await Promise.all([
        readCaseFacts(desk.log, request.body.kept),
        readCaseFacts(desk.log, request.body.absorbed),
      ]);
      const command = {
        ...{ type: 'merge' as const, ...commandBase(desk, request), body: request.body },
        facts: { kept, absorbed },
      };
      const outcome = await carryOut(desk, target(id), request, command, 'nothing');
      const present = (state: Merge) => presentMerge(id, state, request.caller);
      return answerCommand(reply, outcome, present, { location: `/v1/merges/${id}` });
    },
  );
  app.post(
    '/merges/:id/undo',
    {
      config: { access, command: 'change' },
      schema: {
        summary: 'Undo a merge: both files stand as they were',
        params,
        body: mergeBodies.undo,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const loaded = await loadFor(desk, target(id), request);
      const before = loaded.state;
      if (before.status === 'absent' || !mayUndo(before, actorOf(request.caller))) {
        throw new HttpProblem('not-found');
      }
      const command = {
        ...{ type: 'undo' as const, ...commandBase(desk, request), body: request.body },
        facts: {},
      };
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      return answerCommand(reply, outcome, (state) => presentMerge(id, state, request.caller));
    },
  );
}

const target = (id: MergeId) => ({ aggregate: merges, contract: mergeContract, id });

const presentMerge = (id: MergeId, state: Merge, caller: Caller): Presented => ({
  id,
  state: state.status,
  allowedActions: [...allowedMergeActions(state, actorOf(caller))],
  deadlines: {},
});
