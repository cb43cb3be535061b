import { type Actor, mayManage } from '@relais/contracts/actors';
import type { AssociationId } from '@relais/contracts/ids';
import {
  type PublicationEvent,
  type PublicationState,
  type PublicationTerms,
  type PublishTool,
  RevisePublication,
  WithdrawPublication,
} from '@relais/contracts/publications';
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

export const publicationBodies = { revise: RevisePublication, withdraw: WithdrawPublication };
export type PublicationAction = keyof typeof publicationBodies;
export type PublicationCommand =
  | Command<'publish', typeof PublishTool>
  | Command<'revise', typeof RevisePublication>
  | Command<'withdraw', typeof WithdrawPublication>;

export type Publication = { readonly state: 'absent' } | KnownPublication;
type KnownPublication = {
  readonly state: PublicationState;
  readonly association: AssociationId;
  readonly terms: PublicationTerms;
};
type Refusal = { readonly code: ActionRefusal | 'already-exists' };

const publicationActions: ActionTable<PublicationAction, PublicationState, 'keeper' | 'reader'> = {
  revise: { from: ['published'], who: ['keeper'] },
  withdraw: { from: ['published'], who: ['keeper'] },
};

/** Everybody reads; the association and its coordinators keep. */
const relations = (association: AssociationId, actor: Actor) =>
  mayManage(actor, association) ? (['keeper'] as const) : (['reader'] as const);

/** What was withdrawn is there for its keepers only. */
export const isPublicationVisible = (publication: Publication, actor: Actor): boolean =>
  publication.state === 'published' ||
  (publication.state === 'withdrawn' && mayManage(actor, publication.association));

/** What this actor may do now. */
export const allowedPublicationActions = (
  { state, association }: Pick<KnownPublication, 'state' | 'association'>,
  actor: Actor,
): PublicationAction[] => actionsFor(publicationActions, state, relations(association, actor));

function decide(
  command: PublicationCommand,
  publication: Publication,
): Decision<PublicationEvent, Refusal> {
  const { actor } = command;
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'publish') {
    if (publication.state !== 'absent') return refuse({ code: 'already-exists' });
    if (actor.role === 'system') return refuse({ code: 'not-your-part' });
    const { occurredAt: _, ...terms } = command.body;
    const data = { association: actor.association, ...terms };
    return accept({ type: 'publication-published.v1', data });
  }
  if (publication.state === 'absent') return refuse({ code: 'not-found' });
  const { association, state } = publication;
  const is = relations(association, actor);
  const code = actionRefusal(publicationActions, command.type, state, is);
  if (code !== undefined) return refuse({ code });
  if (command.type === 'withdraw') {
    return accept({ type: 'publication-withdrawn.v1', data: { association } });
  }
  const { occurredAt: _, ...terms } = command.body;
  if (isSame(publication.terms, terms)) return accept();
  return accept({ type: 'publication-revised.v1', data: { association, ...terms } });
}

function evolve(publication: Publication, { type, data }: PublicationEvent): Publication {
  if (type !== 'publication-withdrawn.v1') {
    const { association, ...terms } = data;
    return { state: 'published', association, terms };
  }
  if (publication.state === 'absent') throw new Error(`${type} before it was published`);
  return { ...publication, state: 'withdrawn' };
}

export const publicationAggregate: Aggregate<
  PublicationCommand,
  Publication,
  PublicationEvent,
  Refusal
> = { category: 'publication', initial: { state: 'absent' }, decide, evolve };
