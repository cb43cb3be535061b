import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { type HandoverEvent, handoverContract } from '@relais/contracts/handovers';
import { type AssociationId, type CaseId, HandoverId } from '@relais/contracts/ids';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { mainPerson } from '../cases/decide.ts';
import { isInvolved } from '../cases/query.ts';
import { noPart, standingIn } from '../cases/standing.ts';
import { caseFacts, caseRelations, type OpenedCase } from '../cases/state.ts';
import { type Commanding, carryOut, commandBase, kebab, loadFor, newId } from '../commanding.ts';
import { requireText } from '../owed-text.ts';
import { mayReceive, readCase } from '../stored.ts';
import {
  type HandoverAction,
  handoverActions,
  handoverBodies,
  type UserHandoverCommand,
} from './actions.ts';
import { allowedHandoverActions, handovers } from './decide.ts';
import { findHandover } from './query.ts';
import { type Handover, handoverRelations } from './state.ts';

const params = z.strictObject({ id: HandoverId });
const access = ['partner', 'coordinator'] as const;
const openings = {
  request: { path: '/handovers', summary: 'Offer a case to another association' },
  ask: { path: '/handovers/ask', summary: 'Ask the owner for a case' },
  askReorientation: {
    path: '/reorientations',
    summary: 'Put it to a meeting whether the case should go elsewhere',
  },
} as const;
type Opening = keyof typeof openings;
/** Who asks for a case names nobody but itself. */
type Opened = { readonly case: CaseId; readonly to?: AssociationId | null };
type Answering = Exclude<HandoverAction, Opening>;

const summaries: { readonly [Action in Answering]: string } = {
  grant: 'Grant what was asked for: offers the case',
  deny: 'Deny what was asked for',
  accept: 'Accept the case, and name its referent',
  refuse: 'Refuse the case',
  revoke: 'Take the offer back',
  acceptReorientation: 'Record that the meeting agreed, with its decision',
  denyReorientation: 'Record that the meeting did not agree, with its decision',
};
const openedBy: { readonly [Action in Opening]: HandoverEvent['type'] } = {
  request: 'handover-requested.v1',
  ask: 'handover-asked.v2',
  askReorientation: 'reorientation-asked.v2',
};
const answeredBy: { readonly [Action in Answering]: HandoverEvent['type'] } = {
  grant: 'handover-granted.v1',
  deny: 'handover-denied.v2',
  accept: 'handover-accepted.v1',
  refuse: 'handover-refused.v2',
  revoke: 'handover-revoked.v1',
  acceptReorientation: 'reorientation-accepted.v1',
  denyReorientation: 'reorientation-denied.v1',
};

/** Handovers of cases, asked for or offered, and reorientations by a meeting. */
export function handoverCommandRoutes(app: App, desk: Commanding): void {
  for (const action of Object.keys(openings) as Opening[]) openingRoute(app, desk, action);
  for (const action of Object.keys(handoverActions) as Answering[]) answerRoute(app, desk, action);
}

function openingRoute(app: App, desk: Commanding, action: Opening): void {
  const { path, summary } = openings[action];
  const body = handoverBodies[action];
  app.post(
    path,
    {
      config: { access, command: 'create' },
      schema: { summary, body, response: { 201: CommandAnswer } },
    },
    async (request, reply) => {
      const id = HandoverId.parse(newId(request, 'handover'));
      const { case: caseId, to = null } = request.body as Opened;
      const file = await knownCase(desk, caseId, request.caller);
      await requireReason(request.body, file.state);
      const sealed = await sealBody(desk.vault, request.body as never, {
        stream: `handover-${id}`,
        commandId: request.command.id,
        type: openedBy[action],
        personAt: () => mainPerson(file.state),
      });
      const command = {
        ...{ type: action, ...commandBase(desk, request), body: sealed },
        facts: {
          ...{ case: caseFacts(caseId, file.state), related: file.related },
          recipientKnown: await mayReceive(desk.log, to),
        },
      } as UserHandoverCommand;
      const outcome = await carryOut(desk, target(id), request, command, 'nothing');
      const present = (state: Handover) => presentHandover(id, state, request.caller);
      return answerCommand(reply, outcome, present, { location: `/v1/handovers/${id}` });
    },
  );
}

function answerRoute(app: App, desk: Commanding, action: Answering): void {
  app.post(
    `/handovers/:id/${kebab(action)}`,
    {
      config: { access, command: 'change' },
      schema: {
        summary: summaries[action],
        params,
        body: handoverBodies[action],
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const loaded = await loadFor(desk, target(id), request);
      const before = loaded.state;
      if (before.status === 'absent') throw new HttpProblem('not-found');
      if (isStranger(before, request.caller)) {
        // The coordinator of whom the case goes to reads of it, too.
        const row = await findHandover(desk.rows, request.caller, id);
        throw new HttpProblem(row === undefined ? 'not-found' : 'not-your-part');
      }
      const state = await readCase(desk.log, before.case);
      if (state.status === 'absent') throw new HttpProblem('not-found');
      await requireReason(request.body, state);
      const sealed = await sealBody(desk.vault, request.body as never, {
        stream: `handover-${id}`,
        commandId: request.command.id,
        type: answeredBy[action],
        personAt: () => mainPerson(state),
      });
      const command = {
        ...{ type: action, ...commandBase(desk, request), body: sealed },
        facts: { case: caseFacts(before.case, state), related: true, recipientKnown: true },
      } as UserHandoverCommand;
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      return answerCommand(reply, outcome, (after) => presentHandover(id, after, request.caller));
    },
  );
}

const target = (id: HandoverId) => ({ aggregate: handovers, contract: handoverContract, id });

/**
 * The case, and whether the caller takes part in it beside owning it, or owns a file that is merged with it. Throws
 * `not-found` for a stranger, too, before anything else could be said of the case.
 */
export async function knownCase(
  desk: Commanding,
  id: CaseId,
  caller: Caller,
): Promise<{ readonly state: OpenedCase; readonly related: boolean }> {
  const state = await readCase(desk.log, id);
  if (state.status === 'absent') throw new HttpProblem('not-found');
  const involved = await isInvolved(desk.rows, id, caller.association);
  const is = caseRelations(state, actorOf(caller), involved);
  if (is.every((one) => one === 'none' || one === 'other-coordinator')) {
    const standing = await standingIn(desk, caller, id);
    if (!standing.isMerged) throw noPart(standing);
    return { state, related: true };
  }
  return { state, related: is.includes('former-owner') || is.includes('receiver') };
}

/** A handover owes its reason, and so does refusing or denying one; who was forgotten is handed over without. */
export const requireReason = (body: object, { persons }: OpenedCase): Promise<void> =>
  requireText('reason', body, () => [...persons.values()].some(({ forgotten }) => !forgotten));

const isStranger = (handover: Exclude<Handover, { status: 'absent' }>, caller: Caller): boolean =>
  handoverRelations(handover, actorOf(caller)).includes('none');

/** How a handover shows itself in the answer to a command. */
export function presentHandover(id: HandoverId, state: Handover, caller: Caller): Presented {
  return {
    id,
    state: state.status,
    allowedActions: [...allowedHandoverActions(state, actorOf(caller))],
    deadlines: {},
  };
}
