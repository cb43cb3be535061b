import { type Actor, mayManage } from '@relais/contracts/actors';
import type { expertiseProblems } from '@relais/contracts/expertise-problems';
import type { AssociationId } from '@relais/contracts/ids';
import {
  GiveUpNeed,
  LookAgain,
  MeetNeed,
  type NeedEvent,
  type NeedState,
  type NeedTerms,
  ReopenNeed,
  type StateNeed,
  WithdrawNeed,
} from '@relais/contracts/needs';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import {
  type ActionRefusal,
  type ActionTable,
  actionRefusal,
  actionsFor,
  type Command,
  isInFuture,
} from '../acting.ts';

export const needBodies = {
  lookAgain: LookAgain,
  giveUp: GiveUpNeed,
  meet: MeetNeed,
  reopen: ReopenNeed,
  withdraw: WithdrawNeed,
};
export type NeedAction = keyof typeof needBodies;
/** How many offers and skills fit, as rows tell. */
type Fitting = { readonly matches: number };
/** Whether the exchange was asked for because of this need and is agreed; `none` where none is named. */
export type ExchangeFit = 'none' | 'fits' | 'unknown' | 'closed';
export type NeedCommand =
  | Command<'state', typeof StateNeed, Fitting>
  | Command<'lookAgain', typeof LookAgain, Fitting>
  | Command<'reopen', typeof ReopenNeed, Fitting>
  | Command<'giveUp', typeof GiveUpNeed>
  | Command<'meet', typeof MeetNeed, { readonly exchange: ExchangeFit }>
  | Command<'withdraw', typeof WithdrawNeed>;

export type KnownNeed = {
  readonly state: NeedState;
  readonly association: AssociationId;
  readonly terms: NeedTerms;
  /** How many fitted when somebody looked last; none where it was given up. */
  readonly matches: number;
};
export type Need = { readonly state: 'absent' } | KnownNeed;
type Refusal = {
  readonly code: ActionRefusal | keyof typeof expertiseProblems | 'already-exists';
};

const open = ['matched', 'unmet'] as const;
const needActions: ActionTable<NeedAction, NeedState, 'keeper'> = {
  lookAgain: { from: open, who: ['keeper'] },
  giveUp: { from: ['matched'], who: ['keeper'] },
  meet: { from: open, who: ['keeper'] },
  reopen: { from: ['met'], who: ['keeper'] },
  withdraw: { from: open, who: ['keeper'] },
};

/** Whose need it is, and its coordinators; nobody else learns of it here. */
export const keeps = (association: AssociationId, actor: Actor): readonly 'keeper'[] =>
  mayManage(actor, association) ? ['keeper'] : [];

/** What this actor may do now. */
export const allowedNeedActions = (
  { state, association }: Pick<KnownNeed, 'state' | 'association'>,
  actor: Actor,
): NeedAction[] => actionsFor(needActions, state, keeps(association, actor));

const found = (association: AssociationId, terms: NeedTerms, { matches }: Fitting): NeedEvent =>
  matches > 0
    ? { type: 'need-matched.v1', data: { association, matches } }
    : { type: 'need-unmet.v1', data: { association, ...terms, reason: 'nothing_fits' } };

function decide(command: NeedCommand, need: Need): Decision<NeedEvent, Refusal> {
  const { actor } = command;
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'state') {
    if (need.state !== 'absent') return refuse({ code: 'already-exists' });
    if (actor.role === 'system') return refuse({ code: 'not-your-part' });
    const { occurredAt: _, text, ...terms } = command.body;
    const { association } = actor;
    const stated: NeedEvent = { type: 'need-stated.v1', data: { association, ...terms, text } };
    return accept(stated, found(association, terms, command.facts));
  }
  if (need.state === 'absent') return refuse({ code: 'not-found' });
  const { association, state } = need;
  const code = actionRefusal(needActions, command.type, state, keeps(association, actor));
  return code === undefined ? changed(command, need) : refuse({ code });
}

function changed(
  command: Exclude<NeedCommand, { type: 'state' }>,
  { association, terms, matches }: KnownNeed,
): Decision<NeedEvent, Refusal> {
  switch (command.type) {
    case 'lookAgain': {
      const isAsBefore = command.facts.matches === matches;
      return isAsBefore ? accept() : accept(found(association, terms, command.facts));
    }
    case 'reopen':
      return accept(found(association, terms, command.facts));
    case 'giveUp': {
      const { reason } = command.body;
      return accept({ type: 'need-unmet.v1', data: { association, ...terms, reason } });
    }
    case 'meet': {
      const { exchange } = command.body;
      const fit = command.facts.exchange;
      if (fit === 'unknown') return refuse({ code: 'exchange-unknown' });
      if (fit === 'closed') return refuse({ code: 'exchange-not-agreed' });
      return accept({ type: 'need-met.v1', data: { association, exchange } });
    }
    case 'withdraw':
      return accept({ type: 'need-withdrawn.v1', data: { association } });
  }
}

function evolve(need: Need, event: NeedEvent): Need {
  if (event.type === 'need-stated.v1') {
    const { association, text: _, ...terms } = event.data;
    return { state: 'unmet', association, terms, matches: 0 };
  }
  if (need.state === 'absent') throw new Error(`${event.type} before it was stated`);
  const matches = event.type === 'need-matched.v1' ? event.data.matches : 0;
  return { ...need, state: stateAfter[event.type], matches };
}

export const stateAfter = {
  'need-matched.v1': 'matched',
  'need-unmet.v1': 'unmet',
  'need-met.v1': 'met',
  'need-withdrawn.v1': 'withdrawn',
} as const;

export const needAggregate: Aggregate<NeedCommand, Need, NeedEvent, Refusal> = {
  ...{ category: 'need', initial: { state: 'absent' }, decide, evolve },
};
