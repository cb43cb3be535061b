import { type Actor, mayManage } from '@relais/contracts/actors';
import type { expertiseProblems } from '@relais/contracts/expertise-problems';
import type { AssociationId } from '@relais/contracts/ids';
import {
  ChangeSkill,
  EndorseSkill,
  RetractEndorsement,
  type SkillEvent,
  type SkillState,
  type SkillTerms,
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
import { isSame } from '../sameness.ts';

export const skillBodies = {
  change: ChangeSkill,
  endorse: EndorseSkill,
  retractEndorsement: RetractEndorsement,
  withdraw: WithdrawSkill,
};
export type SkillAction = keyof typeof skillBodies;
export type SkillCommand =
  | Command<'state', typeof StateSkill>
  | { [Of in SkillAction]: Command<Of, (typeof skillBodies)[Of]> }[SkillAction];

type KnownSkill = {
  readonly state: SkillState;
  readonly association: AssociationId;
  readonly terms: SkillTerms;
  /** What each association that vouches for it says. */
  readonly endorsements: { readonly [association: string]: string | null };
};
/** The associations that vouch for it. */
export const endorsersOf = ({ endorsements }: Pick<KnownSkill, 'endorsements'>): string[] =>
  Object.keys(endorsements);
export type Skill = { readonly state: 'absent' } | KnownSkill;
type Refusal = {
  readonly code: ActionRefusal | keyof typeof expertiseProblems | 'already-exists';
};

const skillActions: ActionTable<SkillAction, SkillState, 'keeper' | 'peer'> = {
  change: { from: ['open'], who: ['keeper'] },
  endorse: { from: ['open'], who: ['peer'] },
  retractEndorsement: { from: ['open'], who: ['peer'] },
  withdraw: { from: ['open'], who: ['keeper'] },
};

/** Who keeps a skill does not vouch for it; every other association may. */
const relations = (association: AssociationId, actor: Actor) =>
  mayManage(actor, association) ? (['keeper'] as const) : (['peer'] as const);

type Standing = Pick<KnownSkill, 'state' | 'association'> & {
  readonly endorsers: readonly string[];
};

/** What this actor may do now. */
export const allowedSkillActions = (
  { state, association, endorsers }: Standing,
  actor: Actor,
): SkillAction[] =>
  actionsFor(skillActions, state, relations(association, actor)).filter(
    (action) =>
      action !== 'retractEndorsement' ||
      (actor.role !== 'system' && endorsers.includes(actor.association)),
  );

/** What was withdrawn is there for its keepers only. */
export const isSkillVisible = (
  skill: Pick<KnownSkill, 'state' | 'association'> | { readonly state: 'absent' },
  actor: Actor,
): boolean =>
  skill.state === 'open' || (skill.state === 'withdrawn' && mayManage(actor, skill.association));

/** What others vouched for is still what it says; when and where one can be asked is no part of it. */
export const isStillVouchedFor = (before: SkillTerms, after: SkillTerms): boolean =>
  before.expert === after.expert &&
  before.title === after.title &&
  isSame([before.themes, before.evidence], [after.themes, after.evidence]);

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
  return code === undefined ? changed(command, skill, actor) : refuse({ code });
}

function changed(
  command: Exclude<SkillCommand, { type: 'state' }>,
  { association, terms: stated, endorsements }: KnownSkill,
  actor: Exclude<Actor, { role: 'system' }>,
): Decision<SkillEvent, Refusal> {
  switch (command.type) {
    case 'change': {
      const { occurredAt: _, ...terms } = command.body;
      if (isSame(stated, terms)) return accept();
      return accept({ type: 'skill-changed.v1', data: { association, ...terms } });
    }
    case 'endorse': {
      const { text } = command.body;
      if (endorsements[actor.association] === text) return accept();
      const data = { association, by: actor.association, text };
      return accept({ type: 'skill-endorsed.v1', data });
    }
    case 'retractEndorsement': {
      const by = actor.association;
      if (!(by in endorsements)) return refuse({ code: 'not-endorsed' });
      return accept({ type: 'skill-endorsement-retracted.v1', data: { association, by } });
    }
    case 'withdraw':
      return accept({ type: 'skill-withdrawn.v1', data: { association } });
  }
}

export const skillAggregate: Aggregate<SkillCommand, Skill, SkillEvent, Refusal> = {
  category: 'skill',
  initial: { state: 'absent' },
  decide,
  evolve,
};

function evolve(skill: Skill, { type, data }: SkillEvent): Skill {
  if (type === 'skill-stated.v1' || type === 'skill-changed.v1') {
    const { association, ...terms } = data;
    const isVouchedFor = skill.state !== 'absent' && isStillVouchedFor(skill.terms, terms);
    const endorsements = isVouchedFor ? skill.endorsements : {};
    return { state: 'open', association, terms, endorsements };
  }
  if (skill.state === 'absent') throw new Error(`${type} before it was stated`);
  if (type === 'skill-withdrawn.v1') return { ...skill, state: 'withdrawn' };
  const { [data.by]: _, ...others } = skill.endorsements;
  if (type === 'skill-endorsement-retracted.v1') return { ...skill, endorsements: others };
  return { ...skill, endorsements: { ...others, [data.by]: data.text } };
}
