import { type ExchangeEvent, exchangePolicy } from '@relais/contracts/exchanges';
import type { exchangeProblems } from '@relais/contracts/expertise-problems';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { type ActionRefusal, actionRefusal, isInFuture } from '../acting.ts';
import {
  type ExchangeCommand,
  type ExchangeRelation,
  exchangeActions,
  type RequestFacts,
  type Step,
  type SystemCommand,
  type UserCommand,
} from './actions.ts';
import {
  type Exchange,
  evolve,
  exchangeRelations,
  isCalledOffTooLate,
  isOneSide,
  type KnownExchange,
} from './state.ts';

export type ExchangeRefusal = {
  readonly code: ActionRefusal | keyof typeof exchangeProblems | 'already-exists';
};
type Decided = Decision<ExchangeEvent, ExchangeRefusal>;

function decide(command: ExchangeCommand, exchange: Exchange): Decided {
  if (!('actor' in command)) return decidedByTime(command, exchange);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'request') {
    return exchange.state === 'absent' ? requested(command) : refuse({ code: 'already-exists' });
  }
  if (exchange.state === 'absent') return refuse({ code: 'not-found' });
  const is = exchangeRelations(exchange, command.actor);
  const code = actionRefusal(exchangeActions, command.type, exchange.state, is);
  if (code !== undefined) return refuse({ code });
  return answered(command, exchange, is);
}

const after = (moment: string, ms: number): string =>
  new Date(Date.parse(moment) + ms).toISOString();

function requested({
  actor,
  now,
  body,
  facts,
}: Extract<UserCommand, { type: 'request' }>): Decided {
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const { occurredAt: _, ...terms } = body;
  if (terms.provider === actor.association) return refuse({ code: 'own-association' });
  const aheadMs = terms.window === null ? 0 : Date.parse(terms.window.until) - Date.parse(now);
  if (aheadMs > exchangePolicy.windowMaxMs) return refuse({ code: 'window-too-late' });
  const code = misfitOf(facts);
  if (code !== undefined) return refuse({ code });
  const { remindMs, escalateMs, expireMs } = exchangePolicy.answer;
  const deadlines = {
    policy: exchangePolicy.version,
    remindAt: after(now, remindMs),
    escalateAt: after(now, escalateMs),
    expiresAt: after(now, expireMs),
  };
  const data = { ...terms, requester: actor.association, deadlines };
  return accept({ type: 'exchange-requested.v1', data });
}

function misfitOf({ providerKnown, offer, skill, need }: RequestFacts) {
  if (!providerKnown) return 'provider-unknown';
  if (offer === 'unknown') return 'offer-unknown';
  if (offer === 'closed') return 'offer-closed';
  if (skill === 'unknown' || skill === 'closed') return 'skill-unknown';
  if (need === 'unknown') return 'need-unknown';
  return need === 'closed' ? 'need-closed' : undefined;
}

function answered(
  command: Exclude<UserCommand, { type: 'request' }>,
  exchange: KnownExchange,
  is: readonly ExchangeRelation[],
): Decided {
  const { requester, provider, need } = exchange;
  const parties = { requester, provider, need };
  const { actor } = command;
  const by = actor.role === 'system' ? provider : actor.association;
  switch (command.type) {
    case 'agree': {
      const { remindMs, escalateMs } = exchangePolicy.report;
      const ends = exchange.windowEnds ?? command.now;
      const from = Date.parse(ends) > Date.parse(command.now) ? ends : command.now;
      const dates = { remindAt: after(from, remindMs), escalateAt: after(from, escalateMs) };
      const deadlines = { policy: exchangePolicy.version, ...dates };
      return accept({ type: 'exchange-agreed.v1', data: { ...parties, deadlines } });
    }
    case 'refuse':
      return accept({
        type: 'exchange-refused.v1',
        data: { ...parties, reason: command.body.reason },
      });
    case 'cancel':
      if (isCalledOffTooLate(exchange, is)) return refuse({ code: 'hours-reported' });
      return accept({
        type: 'exchange-cancelled.v1',
        data: { ...parties, by, reason: command.body.reason },
      });
    case 'report':
      return reported(exchange, is.includes('requester') ? 'requester' : 'provider', command.body);
    case 'settle': {
      if (isOneSide(is)) return refuse({ code: 'own-dispute' });
      const { hours, note } = command.body;
      return accept<ExchangeEvent>(
        { type: 'exchange-settled.v1', data: { ...parties, by, hours, note } },
        { type: 'exchange-confirmed.v1', data: { ...parties, hours, by: 'settlement' } },
      );
    }
  }
}

/** Confirmed as soon as both say the same. */
function reported(
  { requester, provider, need, reported: said }: KnownExchange,
  by: 'requester' | 'provider',
  { hours }: { readonly hours: number },
): Decided {
  if (said[by] === hours) return accept();
  const parties = { requester, provider, need };
  const report = { type: 'exchange-hours-reported.v1', data: { ...parties, by, hours } } as const;
  const other = by === 'requester' ? said.provider : said.requester;
  if (other !== hours) return accept<ExchangeEvent>(report);
  const confirmed = { ...parties, hours, by: 'both' } as const;
  return accept<ExchangeEvent>(report, { type: 'exchange-confirmed.v1', data: confirmed });
}

/** What time brings, each once; what was answered meanwhile refuses it. */
function decidedByTime(command: SystemCommand, exchange: Exchange): Decided {
  if (exchange.state === 'absent') return refuse({ code: 'not-found' });
  const { requester, provider, need, state } = exchange;
  const parties = { requester, provider, need };
  const isDue = (step: Step): boolean =>
    step === 'answer' ? state === 'requested' : state === 'agreed' || state === 'disputed';
  if (command.type === 'expire') {
    if (!isDue('answer')) return refuse({ code: 'wrong-state' });
    const data = { ...parties, policy: exchangePolicy.version };
    return accept({ type: 'exchange-expired.v1', data });
  }
  const { type, step } = command;
  if (!isDue(step)) return refuse({ code: 'wrong-state' });
  const isDone = (type === 'remind' ? exchange.reminded : exchange.escalated).includes(step);
  if (isDone) return accept();
  const event = type === 'remind' ? 'exchange-reminded.v1' : 'exchange-escalated.v1';
  return accept({ type: event, data: { ...parties, step } });
}

export const exchangeAggregate: Aggregate<
  ExchangeCommand,
  Exchange,
  ExchangeEvent,
  ExchangeRefusal
> = { category: 'exchange', initial: { state: 'absent' }, decide, evolve };
