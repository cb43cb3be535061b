import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { CaseEvent } from '@relais/contracts/case-events';
import type {
  CaseFacts,
  GoalId,
  GoalStatus,
  HouseholdRole,
  Visibility,
  VulnerabilityId,
} from '@relais/contracts/cases';
import type {
  AssociationId,
  CaseId,
  HandoverId,
  MergeId,
  PersonId,
  WorkerId,
} from '@relais/contracts/ids';

export type OpenedCase = {
  readonly status: 'open';
  readonly owner: AssociationId;
  readonly formerOwners: readonly AssociationId[];
  readonly referent: WorkerId;
  readonly kind: 'person' | 'household';
  readonly persons: ReadonlyMap<PersonId, { role: HouseholdRole; forgotten: boolean }>;
  readonly goals: ReadonlyMap<GoalId, GoalStatus>;
  readonly vulnerabilities: ReadonlyMap<
    VulnerabilityId,
    { visibility: Visibility; ended: boolean }
  >;
  readonly archivedBy: readonly AssociationId[];
  readonly mergedInto: { readonly merge: MergeId; readonly case: CaseId } | null;
  readonly absorbed: readonly { readonly merge: MergeId; readonly case: CaseId }[];
  /** Merges undone and handovers carried out: neither happens again when it is reported again. */
  readonly undone: readonly MergeId[];
  readonly handovers: readonly HandoverId[];
  readonly breakGlass: readonly { readonly client: string; readonly until: string }[];
};
export type CaseState = { readonly status: 'absent' } | OpenedCase;

/** What a caller is to a case. `receiver`: of an open referral of it; `other-coordinator`: outside his remit. */
export type CaseRelation =
  | 'owner'
  | 'former-owner'
  | 'receiver'
  | 'coordinator'
  | 'auditor'
  | 'administrator'
  | 'other-coordinator'
  | 'system'
  | 'none';

/** All that a caller is to a case, the closest first; `['none']` for a stranger. */
export function caseRelations(
  state: OpenedCase,
  actor: Actor,
  involved: boolean,
): readonly CaseRelation[] {
  if (actor.role === 'system') return ['system'];
  if (actor.role === 'auditor') return ['auditor'];
  if (actor.role === 'administrator') {
    return [actor.association === state.owner ? 'administrator' : 'none'];
  }
  const relations: CaseRelation[] = [];
  if (worksFor(actor, state.owner)) relations.push('owner');
  else if (state.formerOwners.includes(actor.association)) relations.push('former-owner');
  if (involved) relations.push('receiver');
  if (coordinates(actor, [state.owner])) relations.push('coordinator');
  else if (actor.role === 'coordinator') relations.push('other-coordinator');
  return relations.length === 0 ? ['none'] : relations;
}

/** What other aggregates' rules need to know of a case. */
export const caseFacts = (id: CaseId, state: OpenedCase): CaseFacts => ({
  case: id,
  owner: state.owner,
  referent: state.referent,
  persons: [...state.persons].filter(([, { forgotten }]) => !forgotten).map(([person]) => person),
  archivedBy: [...state.archivedBy],
  mergedInto: state.mergedInto?.case ?? null,
});

/** Whether a client may read identities under a break-glass at that moment. */
export const hasBreakGlass = (state: CaseState, client: string, now: string): boolean =>
  state.status === 'open' &&
  state.breakGlass.some(
    (glass) => glass.client === client && Date.parse(now) < Date.parse(glass.until),
  );

export function evolve(state: CaseState, event: CaseEvent): CaseState {
  if (event.type === 'case-opened.v1') return opened(event.data);
  if (state.status === 'absent') throw new Error(`${event.type} before the case was opened`);
  return changed(state, event);
}

const opened = (data: Extract<CaseEvent, { type: 'case-opened.v1' }>['data']): OpenedCase => ({
  status: 'open',
  owner: data.association,
  formerOwners: [],
  referent: data.referent,
  kind: data.kind,
  persons: new Map(data.persons.map(({ person, role }) => [person, { role, forgotten: false }])),
  goals: new Map(),
  vulnerabilities: new Map(),
  archivedBy: [],
  mergedInto: null,
  absorbed: [],
  undone: [],
  handovers: [],
  breakGlass: [],
});

function changed(
  state: OpenedCase,
  event: Exclude<CaseEvent, { type: 'case-opened.v1' }>,
): OpenedCase {
  switch (event.type) {
    case 'case-person-added.v1':
    case 'case-person-forgotten.v1':
      return { ...state, persons: withPerson(state.persons, event) };
    case 'case-identity-corrected.v1':
    case 'case-contact-changed.v1':
    case 'case-private-note-added.v1':
    case 'case-shared-note-added.v1':
      return state;
    case 'case-referent-assigned.v1':
      return { ...state, referent: event.data.referent };
    case 'case-vulnerability-recorded.v1':
    case 'case-vulnerability-visibility-changed.v1':
    case 'case-vulnerability-ended.v1':
      return { ...state, vulnerabilities: withVulnerability(state.vulnerabilities, event) };
    case 'case-goal-set.v1':
      return { ...state, goals: new Map(state.goals).set(event.data.goal, 'active') };
    case 'case-goal-changed.v1':
      return { ...state, goals: new Map(state.goals).set(event.data.goal, event.data.status) };
    case 'case-archived.v1':
      return { ...state, archivedBy: [...state.archivedBy, event.data.association] };
    case 'case-unarchived.v1':
      return {
        ...state,
        archivedBy: state.archivedBy.filter((id) => id !== event.data.association),
      };
    case 'case-break-glass-opened.v1':
      return { ...state, breakGlass: [...state.breakGlass, event.data] };
    case 'case-handed-over.v1':
      return {
        ...state,
        owner: event.data.to,
        handovers: [...state.handovers, event.data.handover],
        referent: event.data.referent,
        formerOwners: [...state.formerOwners.filter((id) => id !== event.data.to), event.data.from],
        // Who takes a case up has done with it no longer.
        archivedBy: state.archivedBy.filter((id) => id !== event.data.to),
      };
    case 'case-merged.v1': {
      const link = { merge: event.data.merge, case: event.data.other };
      return event.data.as === 'absorbed'
        ? { ...state, mergedInto: link }
        : { ...state, absorbed: [...state.absorbed, link] };
    }
    case 'case-unmerged.v1':
      return {
        ...state,
        mergedInto: state.mergedInto?.merge === event.data.merge ? null : state.mergedInto,
        absorbed: state.absorbed.filter((link) => link.merge !== event.data.merge),
        undone: [...state.undone, event.data.merge],
      };
  }
}

function withPerson(
  persons: OpenedCase['persons'],
  event: Extract<CaseEvent, { type: 'case-person-added.v1' | 'case-person-forgotten.v1' }>,
): OpenedCase['persons'] {
  const { person } = event.data;
  if (event.type === 'case-person-added.v1') {
    return new Map(persons).set(person, { role: event.data.role, forgotten: false });
  }
  const role = persons.get(person)?.role ?? 'other';
  return new Map(persons).set(person, { role, forgotten: true });
}

function withVulnerability(
  all: OpenedCase['vulnerabilities'],
  event: Extract<CaseEvent, { type: `case-vulnerability-${string}` }>,
): OpenedCase['vulnerabilities'] {
  const { vulnerability } = event.data;
  const before = all.get(vulnerability) ?? { visibility: 'owner' as const, ended: false };
  switch (event.type) {
    case 'case-vulnerability-recorded.v1':
    case 'case-vulnerability-visibility-changed.v1':
      return new Map(all).set(vulnerability, { ...before, visibility: event.data.visibility });
    case 'case-vulnerability-ended.v1':
      return new Map(all).set(vulnerability, { ...before, ended: true });
  }
}
