import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { type CaseId, MergeId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { standingIn } from '../cases/standing.ts';
import { type Commanding, carryOut, commandBase, loadFor, newId } from '../commanding.ts';
import { readCaseFacts } from '../stored.ts';
import {
  allowedMergeActions,
  type Merge,
  type MergeFacts,
  mergeBodies,
  merges,
  speaksForBoth,
} from './decide.ts';

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
      const facts = await factsOf(desk, request.body);
      if (!speaksForBoth(actorOf(request.caller), facts.kept, facts.absorbed)) {
        throw await refusedTo(desk, request.caller, request.body);
      }
      const base = commandBase(desk, request);
      const command = { type: 'merge' as const, ...base, body: request.body, facts };
      const outcome = await carryOut(desk, target(id), request, command, 'nothing');
      return answerCommand(reply, outcome, present(id), { location: `/v1/merges/${id}` });
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
      if (before.status === 'absent') throw new HttpProblem('not-found');
      const facts = await factsOf(desk, before);
      if (!speaksForBoth(actorOf(request.caller), facts.kept, facts.absorbed)) {
        throw new HttpProblem('not-found');
      }
      const command = {
        ...{ type: 'undo' as const, ...commandBase(desk, request), body: request.body },
        facts,
      };
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      return answerCommand(reply, outcome, present(id));
    },
  );
}

const target = (id: MergeId) => ({ aggregate: merges, contract: mergeContract, id });

/** Who reads both files is sent to who speaks for both; else one of them may as well not exist. */
async function refusedTo(
  desk: Commanding,
  caller: Caller,
  { kept, absorbed }: { readonly kept: CaseId; readonly absorbed: CaseId },
): Promise<HttpProblem> {
  const standings = [
    await standingIn(desk, caller, kept),
    await standingIn(desk, caller, absorbed),
  ];
  const readsBoth = standings.every(({ level }) => level !== 'none');
  return readsBoth
    ? new HttpProblem('not-your-part', { detail: forBoth })
    : new HttpProblem('not-found');
}
const forBoth = {
  en: 'Who has both files in its care merges them, or who coordinates both associations.',
  fr: 'La fusion revient à l’association qui suit les deux dossiers, ou à qui coordonne les deux associations.',
};

/** Both files as they stand now: who owned them when they were merged may have handed them over. */
async function factsOf(
  { log }: Commanding,
  { kept, absorbed }: { readonly kept: CaseId; readonly absorbed: CaseId },
): Promise<MergeFacts> {
  const [keptFacts, absorbedFacts] = await Promise.all([
    readCaseFacts(log, kept),
    readCaseFacts(log, absorbed),
  ]);
  return { kept: keptFacts, absorbed: absorbedFacts };
}

const present =
  (id: MergeId) =>
  (state: Merge): Presented => ({
    id,
    state: state.status,
    allowedActions: [...allowedMergeActions(state)],
    deadlines: {},
  });
