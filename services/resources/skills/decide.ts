import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { expertiseProblems } from '@relais/contracts/expertise-problems';
import type { AssociationId } from '@relais/contracts/ids';
import {
  ChangeSkill,
  EndorseSkill,
  type SkillEvent,
  type SkillState,
  type StateSkill,
  WithdrawSkill,
} from '@relais/contracts/skills';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import {
  type ActionRefusal,
  type ActionTable,
  actionRefusal,
  actionsFor,
  type Command,
  isInFuture,
} from '../acting.ts';

export const skillBodies = { change: ChangeSkill, endorse: EndorseSkill, withdraw: WithdrawSkill };
export type SkillAction = keyof typeof skillBodies;
export type SkillCommand =
  | Command<'state', typeof StateSkill>
  | { [Of in SkillAction]: Command<Of, (typeof skillBodies)[Of]> }[SkillAction];

type KnownSkill = { readonly state: SkillState; readonly association: AssociationId };
export type Skill = { readonly state: 'absent' } | KnownSkill;
type Refusal = {
  readonly code: ActionRefusal | keyof typeof expertiseProblems | 'already-exists';
};

const skillActions: ActionTable<SkillAction, SkillState, 'keeper' | 'peer'> = {
  change: { from: ['open'], who: ['keeper'] },
  endorse: { from: ['open'], who: ['peer'] },
  withdraw: { from: ['open'], who: ['keeper'] },
};

/** Who keeps a skill does not vouch for it; every other association may. */
const relations = (association: AssociationId, actor: Actor) =>
  worksFor(actor, association) || coordinates(actor, [association])
    ? (['keeper'] as const)
    : (['peer'] as const);

/** What this actor may do now. */
export const allowedSkillActions = (
  { state, association }: KnownSkill,
  actor: Actor,
): SkillAction[] => actionsFor(skillActions, state, relations(association, actor));

function decide(command: SkillCommand, skill: Skill): Decision<SkillEvent, Refusal> {
  const { actor } = command;
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  if (command.type === 'state') {
    if (skill.state !== 'absent') return refuse({ code: 'already-exists' });
    const { occurredAt: _, ...terms } = command.body;
    const data = { association: actor.association, ...terms };
    return accept({ type: 'skill-stated.v1', data });
  }
  if (skill.state === 'absent') return refuse({ code: 'not-found' });
  const { association, state } = skill;
  const code = actionRefusal(skillActions, command.type, state, relations(association, actor));
  return code === undefined ? changed(command, association, actor) : refuse({ code });
}

function changed(
  command: Exclude<SkillCommand, { type: 'state' }>,
  association: AssociationId,
  actor: Exclude<Actor, { role: 'system' }>,
): Decision<SkillEvent, Refusal> {
  switch (command.type) {
    case 'change': {
      const { occurredAt: _, ...terms } = command.body;
      return accept({ type: 'skill-changed.v1', data: { association, ...terms } });
    }
    case 'endorse': {
      const { text } = command.body;
      const data = { association, by: actor.association, text };
      return accept({ type: 'skill-endorsed.v1', data });
    }
    case 'withdraw':
      return accept({ type: 'skill-withdrawn.v1', data: { association } });
  }
}

export const skillAggregate: Aggregate<SkillCommand, Skill, SkillEvent, Refusal> = {
  category: 'skill',
  initial: { state: 'absent' },
  decide,
  evolve: (_, { type, data }) => ({
    state: type === 'skill-withdrawn.v1' ? 'withdrawn' : 'open',
    association: data.association,
  }),
};
