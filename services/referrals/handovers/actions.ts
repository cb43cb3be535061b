/** Who may do what to a handover. Drives the rules and the API's allowedActions. */
import type { CaseFacts } from '@relais/contracts/cases';
import { acceptHandover, requestHandover } from '@relais/contracts/examples';
import {
  AcceptHandover,
  AskHandover,
  AskReorientation,
  DecideReorientation,
  DenyHandover,
  GrantHandover,
  type HandoverState,
  RefuseHandover,
  RequestHandover,
  RevokeHandover,
} from '@relais/contracts/handovers';
import type { ZodType } from 'zod';
import type { Command } from '../command.ts';

export const handoverBodies = {
  request: RequestHandover.meta({ example: requestHandover }),
  ask: AskHandover,
  grant: GrantHandover,
  deny: DenyHandover,
  accept: AcceptHandover.meta({ example: acceptHandover }),
  refuse: RefuseHandover,
  revoke: RevokeHandover,
  askReorientation: AskReorientation,
  acceptReorientation: DecideReorientation,
  denyReorientation: DecideReorientation,
} as const satisfies { readonly [action: string]: ZodType };
export type HandoverAction = keyof typeof handoverBodies;

/**
 * The case as it stands, null where there is none; whether the caller takes part in it otherwise (a former owner, a
 * receiver): who does not may not even ask for it; and whether the association named works with cases.
 */
export type HandoverFacts = {
  readonly case: CaseFacts | null;
  readonly related: boolean;
  readonly recipientKnown: boolean;
};

export type UserHandoverCommand = {
  [Action in HandoverAction]: Command<Action, (typeof handoverBodies)[Action], HandoverFacts>;
}[HandoverAction];

/** What the platform ends (voiding.ts). */
export type Voiding = 'void' | 'lapse';
export type HandoverCommand = UserHandoverCommand | { readonly type: Voiding };

/** What a caller is to a handover. `recipient`: whom the case goes to, also where it asked for it. */
export type HandoverRelation = 'owner' | 'recipient' | 'coordinator' | 'none';

type Opening = 'request' | 'ask' | 'askReorientation';
type Row = {
  readonly moves: { readonly [State in HandoverState]?: HandoverState };
  readonly who: readonly HandoverRelation[];
};

/** What may be done to one that exists; the three that open one stand in the rules. */
export const handoverActions: { readonly [Action in Exclude<HandoverAction, Opening>]: Row } = {
  grant: { moves: { asked: 'requested' }, who: ['owner', 'coordinator'] },
  deny: { moves: { asked: 'denied' }, who: ['owner', 'coordinator'] },
  accept: { moves: { requested: 'accepted' }, who: ['recipient'] },
  refuse: { moves: { requested: 'refused' }, who: ['recipient'] },
  revoke: { moves: { requested: 'revoked' }, who: ['owner', 'coordinator'] },
  // The meeting may have decided before the case went elsewhere: that can still be recorded.
  acceptReorientation: {
    moves: {
      reorientation_asked: 'reorientation_accepted',
      reorientation_voided: 'reorientation_accepted',
    },
    who: ['coordinator'],
  },
  denyReorientation: {
    moves: {
      reorientation_asked: 'reorientation_denied',
      reorientation_voided: 'reorientation_denied',
    },
    who: ['coordinator'],
  },
};
