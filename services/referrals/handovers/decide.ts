import { type Actor, coordinates, mayManage, worksFor } from '@relais/contracts/actors';
import type { CaseFacts } from '@relais/contracts/cases';
import type { HandoverEvent } from '@relais/contracts/handovers';
import type { AssociationId } from '@relais/contracts/ids';
import type { HandoverCode, Refusal } from '@relais/contracts/refusals';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isInFuture } from '../command.ts';
import {
  type HandoverAction,
  type HandoverCommand,
  handoverActions,
  type UserHandoverCommand,
} from './actions.ts';
import { evolve, type Handover, handoverRelations, type OpenedHandover } from './state.ts';
import { voided } from './voiding.ts';

export type HandoverRefusal = Refusal<HandoverCode>;
type Decided = Decision<HandoverEvent, HandoverRefusal>;
type Of<Type extends HandoverAction> = Extract<UserHandoverCommand, { type: Type }>;
type Member = Exclude<Actor, { role: 'system' }>;
type OnExisting = keyof typeof handoverActions;

export function decide(command: HandoverCommand, handover: Handover): Decided {
  if (!('actor' in command)) return voided(command.type, handover);
  const { actor } = command;
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  switch (command.type) {
    case 'request':
    case 'ask':
    case 'askReorientation':
      return handover.status === 'absent'
        ? opened(command, actor)
        : refuse({ code: 'already-exists' });
    default:
      return answered(command, actor, handover);
  }
}

/** What the caller may do now to a handover that exists. */
export const allowedHandoverActions = (handover: Handover, actor: Actor): readonly OnExisting[] =>
  (Object.keys(handoverActions) as OnExisting[]).filter(
    (action) => codeOf(action, handover, actor) === undefined,
  );

function refusalOf(
  action: OnExisting,
  handover: Handover,
  actor: Actor,
): HandoverRefusal | undefined {
  const code = codeOf(action, handover, actor);
  if (code !== 'wrong-state') return code && { code };
  const allowed = allowedHandoverActions(handover, actor);
  return { code, state: handover.status, allowedActions: allowed };
}

function codeOf(action: OnExisting, handover: Handover, actor: Actor): HandoverCode | undefined {
  if (handover.status === 'absent' || actor.role === 'system') return 'not-found';
  const row = handoverActions[action];
  const is = handoverRelations(handover, actor);
  if (is.includes('none')) return 'not-found';
  if (!is.some((relation) => row.who.includes(relation))) return 'not-your-part';
  if (row.moves[handover.status] === undefined) return 'wrong-state';
  const own = { accept: handover.initiator, grant: handover.to };
  const initiator = action === 'accept' || action === 'grant' ? own[action] : null;
  return initiator === actor.association ? 'own-initiative' : undefined;
}

const caseRefusal = (file: CaseFacts, actor: Actor): HandoverRefusal | undefined => {
  if (file.mergedInto !== null) {
    const { mergedInto } = file;
    return { code: 'case-merged', ...(mayManage(actor, file.owner) && { mergedInto }) };
  }
  return file.archivedBy.includes(file.owner) ? { code: 'case-archived' } : undefined;
};

function opened(
  command: Of<'request'> | Of<'ask'> | Of<'askReorientation'>,
  actor: Member,
): Decided {
  const { facts, body } = command;
  const file = facts.case;
  if (file === null || file.case !== body.case) return refuse({ code: 'not-found' });
  const isOwner = worksFor(actor, file.owner);
  const isCoordinator = coordinates(actor, [file.owner]);
  const related = facts.related && worksFor(actor, actor.association);
  if (!isOwner && !isCoordinator && !related) return refuse({ code: 'not-found' });
  const isTheirs = { request: isOwner || isCoordinator, ask: true, askReorientation: isOwner };
  if (!isTheirs[command.type]) return refuse({ code: 'not-your-part' });
  const refusal = caseRefusal(file, actor);
  if (refusal !== undefined) return refuse(refusal);
  switch (command.type) {
    case 'request':
      return requested(command, actor, file);
    case 'ask':
      return asked(command, actor, file);
    case 'askReorientation':
      return putToMeeting(command, file);
  }
}

function requested({ body, facts }: Of<'request'>, actor: Member, file: CaseFacts): Decided {
  const { case: id, owner: from } = file;
  const { to, reason } = body;
  if (to === from) return refuse({ code: 'to-the-owner' });
  if (!facts.recipientKnown) return refuse({ code: 'association-unknown' });
  if (to === actor.association) return refuse({ code: 'own-initiative' });
  const data = { case: id, from, to, initiator: actor.association, reason };
  return accept({ type: 'handover-requested.v1', data });
}

function asked({ body }: Of<'ask'>, actor: Member, file: CaseFacts): Decided {
  const { case: id, owner: from } = file;
  if (worksFor(actor, from)) return refuse({ code: 'to-the-owner' });
  const data = { case: id, from, to: actor.association, reason: body.reason };
  return accept({ type: 'handover-asked.v2', data });
}

/** A referent asks a meeting whether the case should go elsewhere. */
function putToMeeting(command: Of<'askReorientation'>, file: CaseFacts): Decided {
  const { case: id, owner } = file;
  const { to, meeting, reason } = command.body;
  if (to === owner) return refuse({ code: 'to-the-owner' });
  if (!command.facts.recipientKnown) return refuse({ code: 'association-unknown' });
  return accept({
    type: 'reorientation-asked.v2',
    data: { case: id, owner, to, meeting, reason },
  });
}

function answered(
  command: Extract<UserHandoverCommand, { type: OnExisting }>,
  actor: Member,
  handover: Handover,
): Decided {
  const refusal = refusalOf(command.type, handover, actor);
  if (refusal !== undefined) return refuse(refusal);
  if (handover.status === 'absent') return refuse({ code: 'not-found' });
  if (command.type === 'acceptReorientation' || command.type === 'denyReorientation') {
    const { decision } = command.body;
    const accepted = command.type === 'acceptReorientation';
    return accept({
      type: accepted ? 'reorientation-accepted.v1' : 'reorientation-denied.v1',
      data: { case: handover.case, owner: handover.from, decision },
    });
  }
  const { to } = handover;
  if (to === null) return refuse({ code: 'not-found' });
  return between(command, actor, { ...handover, to });
}

function between(
  command: Extract<
    UserHandoverCommand,
    { type: 'grant' | 'deny' | 'accept' | 'refuse' | 'revoke' }
  >,
  actor: Member,
  { case: id, from, to }: OpenedHandover & { readonly to: AssociationId },
): Decided {
  const { association: by } = actor;
  const parties = { case: id, from, to };
  const file = command.facts.case;
  switch (command.type) {
    case 'deny':
      return accept({
        type: 'handover-denied.v2',
        data: { ...parties, by, reason: command.body.reason },
      });
    case 'refuse':
      return accept({
        type: 'handover-refused.v2',
        data: { ...parties, reason: command.body.reason },
      });
    case 'revoke':
      return accept({ type: 'handover-revoked.v1', data: { ...parties, by } });
    case 'grant':
    case 'accept': {
      if (file === null || file.owner !== from) return refuse({ code: 'owner-changed' });
      const refusal = caseRefusal(file, actor);
      if (refusal !== undefined) return refuse(refusal);
      if (command.type === 'accept') {
        const { referent } = command.body;
        return accept({ type: 'handover-accepted.v1', data: { ...parties, referent } });
      }
      const offer = { ...parties, initiator: by, reason: null };
      return accept<HandoverEvent>(
        { type: 'handover-granted.v1', data: { ...parties, by } },
        { type: 'handover-requested.v1', data: offer },
      );
    }
  }
}

export const handovers: Aggregate<HandoverCommand, Handover, HandoverEvent, HandoverRefusal> = {
  category: 'handover',
  initial: { status: 'absent' },
  decide,
  evolve,
};
