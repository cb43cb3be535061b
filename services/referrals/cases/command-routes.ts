import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { type CaseEvent, caseContract } from '@relais/contracts/case-events';
import { CaseId, PersonId } from '@relais/contracts/ids';
import type { SealedIn } from '@relais/contracts/personal';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { type Commanding, carryOut, commandBase, kebab, loadFor, newId } from '../commanding.ts';
import { type CaseAction, caseActions, caseBodies, type UserCaseCommand } from './actions.ts';
import { allowedCaseActions, caseFile, caseStatus, mainPerson, partRefusal } from './decide.ts';
import { personsReceived } from './query.ts';
import { noPart, standingIn } from './standing.ts';
import type { CaseState, OpenedCase } from './state.ts';

const params = z.strictObject({ id: CaseId });
type Changing = Exclude<CaseAction, 'open'>;

/** The event each action leads to: sealed values of the body are sealed for it. */
const events: { readonly [Action in CaseAction]: CaseEvent['type'] } = {
  open: 'case-opened.v1',
  addPerson: 'case-person-added.v1',
  correctIdentity: 'case-identity-corrected.v1',
  changeContact: 'case-contact-changed.v1',
  assignReferent: 'case-referent-assigned.v1',
  recordVulnerability: 'case-vulnerability-recorded.v1',
  changeVisibility: 'case-vulnerability-visibility-changed.v1',
  endVulnerability: 'case-vulnerability-ended.v1',
  setGoal: 'case-goal-set.v1',
  changeGoal: 'case-goal-changed.v1',
  addPrivateNote: 'case-private-note-added.v1',
  addSharedNote: 'case-shared-note-added.v1',
  archive: 'case-archived.v1',
  unarchive: 'case-unarchived.v1',
  breakGlass: 'case-break-glass-opened.v1',
  forgetPerson: 'case-person-forgotten.v1',
};

const summaries: { readonly [Action in CaseAction]: string } = {
  open: 'Open a case for a person or a household',
  addPerson: 'Add a person to the household',
  correctIdentity: 'Correct the identity of a person',
  changeContact: 'Change how a person can be reached',
  assignReferent: 'Name the referent of the case',
  recordVulnerability: 'Record a vulnerability and who may see it',
  changeVisibility: 'Change who may see a vulnerability',
  endVulnerability: 'Record that a vulnerability has ended',
  setGoal: 'Write a goal with the person',
  changeGoal: 'Say what became of a goal',
  addPrivateNote: 'Add a note that stays with your association',
  addSharedNote: 'Add a note that is shared with those who work on the case',
  archive: 'Archive the case for your association, with the reason',
  unarchive: 'Take the case up again',
  breakGlass: 'Open the file outside the ordinary rules, for a reason and a limited time',
  forgetPerson: 'Forget a person: destroys the keys to everything personal',
};

/** Opening a case, and every action on one: `POST /cases/:id/<action>`. */
export function caseCommandRoutes(app: App, desk: Commanding): void {
  app.post(
    '/cases',
    {
      config: { access: ['partner', 'coordinator'], command: 'create' },
      schema: { summary: summaries.open, body: caseBodies.open, response: { 201: CommandAnswer } },
    },
    async (request, reply) => {
      const id = CaseId.parse(newId(request, 'case'));
      const newIds = request.body.persons.map((_, index) => newId(request, 'person', index));
      const body = await sealBody(desk.vault, request.body, {
        stream: `case-${id}`,
        commandId: request.command.id,
        type: events.open,
        personAt: (path) => PersonId.parse(newIds[Number(path.split('.')[1])]),
      });
      const command = { type: 'open' as const, ...commandBase(desk, request), body };
      const facts = { newIds, involved: false, received: [] };
      const outcome = await carryOut(desk, target(id), request, { ...command, facts }, 'nothing');
      const present = (state: CaseState) => presentCase(id, state, request.caller, false);
      return answerCommand(reply, outcome, present, { location: `/v1/cases/${id}` });
    },
  );
  for (const action of Object.keys(caseActions) as Changing[]) changeRoute(app, desk, action);
}

function changeRoute(app: App, desk: Commanding, action: Changing): void {
  app.post(
    `/cases/:id/${kebab(action)}`,
    {
      config: { access: accessOf(action), command: 'change' },
      schema: {
        summary: summaries[action],
        params,
        body: caseBodies[action],
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const [received, loaded] = await Promise.all([
        personsReceived(desk.rows, id, request.caller.association),
        loadFor(desk, target(id), request),
      ]);
      const involved = received.length > 0;
      const before = loaded.state;
      if (before.status === 'absent') throw new HttpProblem('not-found');
      await requirePart(desk, action, before, request, involved);
      const newIds = [newId(request, action)];
      const body = await sealBody(desk.vault, request.body as never, {
        stream: `case-${id}`,
        commandId: request.command.id,
        type: events[action],
        personAt: () => personOf(action, request.body, before, newIds),
      });
      const command = {
        ...{ type: action, actor, now: desk.now().toISOString() },
        ...{ body: body as SealedIn<never>, facts: { newIds, involved, received } },
      } as Extract<UserCaseCommand, { type: Changing }>;
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      if (outcome.outcome === 'stale') {
        await requirePart(desk, action, outcome.state, request, involved);
      }
      return answerCommand(reply, outcome, (state) =>
        presentCase(id, state, request.caller, involved),
      );
    },
  );
}

const target = (id: CaseId) => ({ aggregate: caseFile, contract: caseContract, id });

/** Whom a personal value of this action is about: the person named, or the first of the case. */
function personOf(
  action: Changing,
  body: unknown,
  state: OpenedCase,
  newIds: readonly string[],
): PersonId {
  if (action === 'addPerson') return PersonId.parse(newIds[0]);
  const named = (body as { person?: PersonId }).person ?? mainPerson(state);
  // No key is ever made for a person that the case does not have.
  if (!state.persons.has(named)) throw new HttpProblem('person-unknown');
  return named;
}

function accessOf(action: Changing) {
  const { who } = caseActions[action];
  return [
    ...(action === 'breakGlass' ? [] : (['partner'] as const)),
    'coordinator' as const,
    ...(who.includes('auditor') ? (['auditor'] as const) : []),
    ...(who.includes('administrator') ? (['administrator'] as const) : []),
  ];
}

/** Who does not read it gets to know nothing of where it stands: not even by a stale revision. */
async function requirePart(
  desk: Commanding,
  action: Changing,
  state: CaseState,
  { caller, params: { id } }: { readonly caller: Caller; readonly params: { readonly id: CaseId } },
  involved: boolean,
): Promise<void> {
  if (state.status === 'absent') throw new HttpProblem('not-found');
  const refused = partRefusal(action, state, actorOf(caller), involved);
  if (refused === 'not-found') throw noPart(await standingIn(desk, caller, id));
  if (refused !== undefined) throw new HttpProblem(refused);
}

export function presentCase(
  id: CaseId,
  state: CaseState,
  caller: Caller,
  involved: boolean,
): Presented {
  if (state.status === 'absent') throw new HttpProblem('not-found');
  const actor = actorOf(caller);
  return {
    id,
    state: caseStatus(state, actor.role === 'system' ? undefined : actor.association),
    allowedActions: [...allowedCaseActions(state, actor, involved)],
    deadlines: {},
  };
}
