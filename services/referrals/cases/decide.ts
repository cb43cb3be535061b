import { type Actor, mayManage } from '@relais/contracts/actors';
import type { CaseEvent } from '@relais/contracts/case-events';
import type { AssociationId, PersonId } from '@relais/contracts/ids';
import type { CaseCode, Refusal } from '@relais/contracts/refusals';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isInFuture } from '../command.ts';
import { type CaseAction, type CaseCommand, caseActions, type UserCaseCommand } from './actions.ts';
import { carriedOut } from './changes.ts';
import { consequence } from './consequences.ts';
import {
  type CaseRelation,
  type CaseState,
  caseRelations,
  evolve,
  type OpenedCase,
} from './state.ts';

export type CaseRefusal = Refusal<CaseCode>;
type Decided = Decision<CaseEvent, CaseRefusal>;

export function decide(command: CaseCommand, state: CaseState): Decided {
  if (command.type === 'open') return openCase(command, state);
  if (state.status === 'absent') return refuse({ code: 'not-found' });
  if ('handover' in command || 'merge' in command) return consequence(command, state);
  const blocked = blockedBy(command.type, state, command.actor, command.facts.involved);
  if (blocked !== undefined) return refuse(blocked);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  return carriedOut(command, state);
}

/** Where the case stands for an association: it may be archived for one and open for another. */
export const caseStatus = (
  state: OpenedCase,
  association: AssociationId | undefined,
): 'open' | 'archived' | 'merged' => {
  if (state.mergedInto !== null) return 'merged';
  return association !== undefined && state.archivedBy.includes(association) ? 'archived' : 'open';
};

/** What the caller may do now, as far as the case's own state tells. */
export function allowedCaseActions(
  state: CaseState,
  actor: Actor,
  involved: boolean,
): readonly CaseAction[] {
  if (state.status === 'absent') return [];
  const standing = standingOf(state, actor, involved);
  return changes.filter((action) => codeOf(action, standing) === undefined);
}

type OnOpened = keyof typeof caseActions;
const changes = Object.keys(caseActions) as readonly OnOpened[];

/** What the caller is to the case, and where it stands for him. */
type Standing = {
  readonly relations: readonly CaseRelation[];
  readonly status: ReturnType<typeof caseStatus>;
};

const standingOf = (state: OpenedCase, actor: Actor, involved: boolean): Standing => ({
  relations: caseRelations(state, actor, involved),
  status: caseStatus(state, actor.role === 'system' ? undefined : actor.association),
});

function blockedBy(
  action: OnOpened,
  state: OpenedCase,
  actor: Actor,
  involved: boolean,
): CaseRefusal | undefined {
  const standing = standingOf(state, actor, involved);
  const code = codeOf(action, standing);
  if (code === undefined || code === 'not-found' || code === 'not-your-part')
    return code && { code };
  const mergedInto = state.mergedInto?.case;
  const isTold = code === 'case-merged' && mergedInto && mayManage(actor, state.owner);
  return {
    code,
    ...(isTold && { mergedInto }),
    state: standing.status,
    allowedActions: allowedCaseActions(state, actor, involved),
  };
}

/** Why it is not for this caller to do, whatever the state; undefined where it is. */
export const partRefusal = (
  action: OnOpened,
  state: OpenedCase,
  actor: Actor,
  involved: boolean,
): 'not-found' | 'not-your-part' | undefined =>
  refusedPart(action, caseRelations(state, actor, involved));

function refusedPart(
  action: OnOpened,
  relations: readonly CaseRelation[],
): 'not-found' | 'not-your-part' | undefined {
  if (relations.some((relation) => caseActions[action].who.includes(relation))) return undefined;
  const stranger = relations.every((is) => is === 'none' || is === 'other-coordinator');
  return stranger ? 'not-found' : 'not-your-part';
}

function codeOf(action: OnOpened, { relations, status }: Standing): CaseCode | undefined {
  const refused = refusedPart(action, relations);
  if (refused !== undefined) return refused;
  const { archived } = caseActions[action];
  if (archived === 'both') return undefined;
  if (status === 'merged') return 'case-merged';
  return (status === 'archived') === (archived === 'only') ? undefined : 'wrong-state';
}

function openCase(command: Extract<UserCaseCommand, { type: 'open' }>, state: CaseState): Decided {
  const { actor, body, facts } = command;
  if (state.status !== 'absent') return refuse({ code: 'already-exists' });
  if (actor.role !== 'partner' && actor.role !== 'coordinator') {
    return refuse({ code: 'not-your-part' });
  }
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  const mains = body.persons.filter(({ role }) => role === 'main').length;
  if (mains !== 1 || (body.kind === 'person' && body.persons.length > 1)) {
    return refuse({ code: 'one-main-person' });
  }
  const persons = body.persons.map(({ role, identity, contact }, index) => ({
    person: facts.newIds[index] as PersonId,
    role,
    identity,
    contact,
  }));
  const { kind, referent } = body;
  return accept({
    type: 'case-opened.v1',
    data: { association: actor.association, referent, kind, persons },
  });
}

export const caseFile: Aggregate<CaseCommand, CaseState, CaseEvent, CaseRefusal> = {
  category: 'case',
  initial: { status: 'absent' },
  decide,
  evolve,
};

/** Who a text about the case as a whole is about: the main person, else one of those who are not forgotten. */
export function mainPerson(state: OpenedCase): PersonId {
  const persons = [...state.persons];
  const known = persons.filter(([, { forgotten }]) => !forgotten);
  const [main] = known.filter(([, { role }]) => role === 'main').concat(known, persons);
  if (main === undefined) throw new Error('a case without persons');
  return main[0];
}
