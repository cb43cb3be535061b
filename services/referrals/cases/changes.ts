/** What each command changes in a case file. */
import type { CaseEvent } from '@relais/contracts/case-events';
import {
  breakGlassMaxMs,
  type GoalId,
  type NoteId,
  type VulnerabilityId,
} from '@relais/contracts/cases';
import type { PersonId } from '@relais/contracts/ids';
import type { CaseCode, Refusal } from '@relais/contracts/refusals';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { UserCaseCommand } from './actions.ts';
import type { OpenedCase } from './state.ts';

type Decided = Decision<CaseEvent, Refusal<CaseCode>>;

/** Only the rules that need the command's content; who and when is settled. */
export function carriedOut(
  command: Exclude<UserCaseCommand, { type: 'open' }>,
  state: OpenedCase,
): Decided {
  const newId = command.facts.newIds[0] as string;
  switch (command.type) {
    case 'addPerson': {
      const { role, identity, contact } = command.body;
      if (role === 'main' || state.kind === 'person') return refuse({ code: 'one-main-person' });
      const person = newId as PersonId;
      return accept({ type: 'case-person-added.v1', data: { person, role, identity, contact } });
    }
    case 'correctIdentity': {
      const { person, identity } = command.body;
      return aboutPerson(state, person, {
        type: 'case-identity-corrected.v1',
        data: { person, identity },
      });
    }
    case 'changeContact': {
      const { person, contact } = command.body;
      return aboutPerson(state, person, {
        type: 'case-contact-changed.v1',
        data: { person, contact },
      });
    }
    case 'assignReferent': {
      const { referent } = command.body;
      if (referent === state.referent) return accept();
      const data = { referent, previous: state.referent };
      return accept({ type: 'case-referent-assigned.v1', data });
    }
    case 'recordVulnerability': {
      const { person, what, visibility } = command.body;
      const vulnerability = newId as VulnerabilityId;
      return aboutPerson(state, person, {
        type: 'case-vulnerability-recorded.v1',
        data: { vulnerability, person, what, visibility },
      });
    }
    case 'changeVisibility':
    case 'endVulnerability':
      return changedVulnerability(command, state);
    case 'setGoal': {
      const { text, dueOn } = command.body;
      return accept({ type: 'case-goal-set.v1', data: { goal: newId as GoalId, text, dueOn } });
    }
    case 'changeGoal': {
      const { goal, status } = command.body;
      const before = state.goals.get(goal);
      if (before === undefined) return refuse({ code: 'goal-unknown' });
      if (before === status) return accept();
      return accept({ type: 'case-goal-changed.v1', data: { goal, status } });
    }
    case 'addPrivateNote':
    case 'addSharedNote':
      return noted(command, state, newId as NoteId);
    case 'archive':
    case 'unarchive':
      return archived(command);
    case 'breakGlass':
      return glassBroken(command, state);
    case 'forgetPerson':
      return forgotten(command, state);
  }
}

type UserCommand<Type> = Extract<UserCaseCommand, { type: Type }>;

function aboutPerson(state: OpenedCase, person: PersonId, event: CaseEvent): Decided {
  const known = state.persons.get(person);
  if (known === undefined) return refuse({ code: 'person-unknown' });
  if (known.forgotten) return refuse({ code: 'person-forgotten' });
  return accept(event);
}

function changedVulnerability(
  { type, body }: UserCommand<'changeVisibility'> | UserCommand<'endVulnerability'>,
  state: OpenedCase,
): Decided {
  const { vulnerability } = body;
  const known = state.vulnerabilities.get(vulnerability);
  if (known === undefined) return refuse({ code: 'vulnerability-unknown' });
  if (type === 'endVulnerability') {
    if (known.ended) return accept();
    return accept({ type: 'case-vulnerability-ended.v1', data: { vulnerability } });
  }
  if (known.ended) return refuse({ code: 'vulnerability-ended' });
  const { visibility } = body;
  if (known.visibility === visibility) return accept();
  const data = { vulnerability, visibility };
  return accept({ type: 'case-vulnerability-visibility-changed.v1', data });
}

function noted(
  { type, actor, body, facts }: UserCommand<'addPrivateNote'> | UserCommand<'addSharedNote'>,
  state: OpenedCase,
  note: NoteId,
): Decided {
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const { person } = body;
  // A receiver works with whom it was sent; who else lives in the household it need not know, nor write about.
  const isSent = person === undefined || facts.received.includes(person);
  const isMain = person !== undefined && state.persons.get(person)?.role === 'main';
  if (actor.association !== state.owner && !isSent && !isMain) {
    return refuse({ code: 'person-unknown' });
  }
  const data = { note, association: actor.association, author: body.author, text: body.text };
  const shared = type === 'addSharedNote';
  return aboutPerson(state, body.text.person, {
    type: shared ? 'case-shared-note-added.v1' : 'case-private-note-added.v1',
    data,
  });
}

function archived(command: UserCommand<'archive'> | UserCommand<'unarchive'>): Decided {
  const { actor } = command;
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const { association } = actor;
  if (command.type === 'unarchive') {
    return accept({ type: 'case-unarchived.v1', data: { association } });
  }
  const { reason } = command.body;
  return accept({ type: 'case-archived.v1', data: { association, reason } });
}

function glassBroken({ actor, now, body }: UserCommand<'breakGlass'>, state: OpenedCase): Decided {
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const lasts = Date.parse(body.until) - Date.parse(now);
  if (lasts <= 0 || lasts > breakGlassMaxMs) return refuse({ code: 'break-glass-too-long' });
  const { clientId: client, association } = actor;
  const { reason, until } = body;
  return accept({
    type: 'case-break-glass-opened.v1',
    data: { client, association, owner: state.owner, reason, until },
  });
}

function forgotten({ actor, body }: UserCommand<'forgetPerson'>, state: OpenedCase): Decided {
  const { person } = body;
  const known = state.persons.get(person);
  if (known === undefined) return refuse({ code: 'person-unknown' });
  if (known.forgotten) return accept();
  const because = actor.role === 'system' ? 'retention' : 'request';
  return accept({ type: 'case-person-forgotten.v1', data: { person, because } });
}
