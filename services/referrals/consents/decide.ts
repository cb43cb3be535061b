import { type Actor, mayManage } from '@relais/contracts/actors';
import type { CaseFacts } from '@relais/contracts/cases';
import {
  type ConsentEvent,
  type ExceptionId,
  exceptionMaxMs,
  type Recipients,
} from '@relais/contracts/consents';
import type { ConsentId } from '@relais/contracts/ids';
import type { ConsentCode, Refusal } from '@relais/contracts/refusals';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isInFuture } from '../command.ts';
import type { ConsentAction, ConsentCommand } from './actions.ts';
import { type Consents, evolve, noConsents } from './state.ts';

export type ConsentRefusal = Refusal<ConsentCode>;
type Decided = Decision<ConsentEvent, ConsentRefusal>;
type Of<Type extends ConsentAction> = Extract<ConsentCommand, { type: Type }>;

export function decide(command: ConsentCommand, state: Consents): Decided {
  const { actor, facts } = command;
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  if (facts.case === null || !mayRecord(facts.case, actor)) return refuse({ code: 'not-found' });
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  switch (command.type) {
    case 'give':
      return given(command, actor);
    case 'withdraw':
      return withdrawn(command, state);
    case 'recordException':
      return excepted(command, actor);
    case 'endException':
      return exceptionEnded(command, state);
  }
}

/** What the caller may do now; nothing for a stranger to the case. */
export function allowedConsentActions(
  state: Consents,
  actor: Actor,
  owner: CaseFacts,
): readonly ConsentAction[] {
  if (!mayRecord(owner, actor)) return [];
  const withdrawable = state.consents.some((consent) => !consent.withdrawn);
  const endable = state.exceptions.some((exception) => !exception.ended);
  return [
    'give',
    ...(withdrawable ? (['withdraw'] as const) : []),
    'recordException',
    ...(endable ? (['endException'] as const) : []),
  ];
}

type Member = Exclude<Actor, { role: 'system' }>;

const mayRecord = (facts: CaseFacts, actor: Actor): boolean => mayManage(actor, facts.owner);

const isNobody = ({ associations, openToEligible }: Recipients): boolean =>
  associations.length === 0 && !openToEligible;

function given({ body, facts }: Of<'give'>, actor: Member): Decided {
  const { occurredAt: _, ...terms } = body;
  if (isNobody(body.recipients)) return refuse({ code: 'no-recipient' });
  const both = body.withheld.filter(({ category }) => body.categories.includes(category));
  if (both.length > 0) {
    return refuse({
      code: 'withheld-and-given',
      categories: both.map(({ category }) => category),
    });
  }
  if (body.validUntil !== null && Date.parse(body.validUntil) <= Date.parse(body.validFrom)) {
    return refuse({ code: 'validity-reversed' });
  }
  const consent = facts.newId as ConsentId;
  return accept({
    type: 'consent-given.v1',
    data: { consent, association: actor.association, ...terms },
  });
}

function withdrawn({ body }: Of<'withdraw'>, state: Consents): Decided {
  const consent = state.consents.find(({ id }) => id === body.consent);
  if (consent === undefined) return refuse({ code: 'consent-unknown' });
  if (consent.withdrawn) return accept();
  const { withdrawnBy, reason } = body;
  return accept({
    type: 'consent-withdrawn.v1',
    data: { consent: consent.id, withdrawnBy, reason, recipients: consent.recipients },
  });
}

function excepted({ body, facts, now }: Of<'recordException'>, actor: Member): Decided {
  const { occurredAt: _, ...terms } = body;
  if (isNobody(body.recipients)) return refuse({ code: 'no-recipient' });
  const lasts = Date.parse(body.until) - Date.parse(now);
  if (lasts <= 0 || lasts > exceptionMaxMs) return refuse({ code: 'exception-too-long' });
  const exception = facts.newId as ExceptionId;
  return accept({
    type: 'consent-exception-recorded.v1',
    data: { exception, association: actor.association, ...terms, validFrom: now },
  });
}

function exceptionEnded({ body }: Of<'endException'>, state: Consents): Decided {
  const exception = state.exceptions.find(({ id }) => id === body.exception);
  if (exception === undefined) return refuse({ code: 'exception-unknown' });
  if (exception.ended) return accept();
  const { id, recipients } = exception;
  return accept({ type: 'consent-exception-ended.v1', data: { exception: id, recipients } });
}

export const consents: Aggregate<ConsentCommand, Consents, ConsentEvent, ConsentRefusal> = {
  category: 'consent',
  initial: noConsents,
  decide,
  evolve,
};
