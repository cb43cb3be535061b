import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { ExchangeEvent, ExchangeState } from '@relais/contracts/exchanges';
import type { AssociationId, NeedId } from '@relais/contracts/ids';
import { actionsFor } from '../acting.ts';
import {
  type ExchangeAction,
  type ExchangeRelation,
  exchangeActions,
  type Step,
} from './actions.ts';

export type KnownExchange = {
  readonly state: ExchangeState;
  readonly requester: AssociationId;
  readonly provider: AssociationId;
  readonly need: NeedId | null;
  readonly windowEnds: string | null;
  readonly reported: { readonly requester: number | null; readonly provider: number | null };
  readonly reminded: readonly Step[];
  readonly escalated: readonly Step[];
  readonly deadlines: { readonly [name: string]: string };
};
export type Exchange = { readonly state: 'absent' } | KnownExchange;
export function evolve(exchange: Exchange, event: ExchangeEvent): Exchange {
  if (event.type === 'exchange-requested.v1') {
    const { requester, provider, need, window, deadlines } = event.data;
    const { policy: _, ...dates } = deadlines;
    return {
      ...{ state: 'requested', requester, provider, need, windowEnds: window?.until ?? null },
      ...{ reported: { requester: null, provider: null }, reminded: [], escalated: [] },
      deadlines: dates,
    };
  }
  if (exchange.state === 'absent') throw new Error(`${event.type} before it was requested`);
  switch (event.type) {
    case 'exchange-agreed.v1': {
      const { policy: _, ...deadlines } = event.data.deadlines;
      return { ...exchange, state: 'agreed', deadlines };
    }
    case 'exchange-hours-reported.v1': {
      const reported = { ...exchange.reported, [event.data.by]: event.data.hours };
      const { requester, provider } = reported;
      const differ = requester !== null && provider !== null && requester !== provider;
      return { ...exchange, reported, state: differ ? 'disputed' : 'agreed' };
    }
    case 'exchange-reminded.v1':
      return { ...exchange, reminded: [...exchange.reminded, event.data.step] };
    case 'exchange-escalated.v1':
      return { ...exchange, escalated: [...exchange.escalated, event.data.step] };
    case 'exchange-settled.v1':
      return exchange;
    default:
      return { ...exchange, state: endedBy[event.type], deadlines: {} };
  }
}

const endedBy = {
  'exchange-refused.v1': 'refused',
  'exchange-cancelled.v1': 'cancelled',
  'exchange-expired.v1': 'expired',
  'exchange-confirmed.v1': 'done',
} as const;

type Parties = Pick<KnownExchange, 'requester' | 'provider'>;

/** All that somebody is to an exchange; nothing for who must not know of it. */
export const exchangeRelations = (
  { requester, provider }: Parties,
  actor: Actor,
): readonly ExchangeRelation[] => [
  ...(worksFor(actor, requester) ? (['requester'] as const) : []),
  ...(worksFor(actor, provider) ? (['provider'] as const) : []),
  ...(coordinates(actor, [requester, provider]) ? (['coordinator'] as const) : []),
];

/** Whether they give or receive: who does settles no difference. */
export const isOneSide = (is: readonly ExchangeRelation[]): boolean =>
  is.includes('requester') || is.includes('provider');

/** Whether one side would call off hours that the other says it gave or got: then these have to be talked about. */
export function isCalledOffTooLate(
  { reported }: Pick<KnownExchange, 'reported'>,
  is: readonly ExchangeRelation[],
): boolean {
  const ofOthers = [
    ...(is.includes('requester') ? [reported.provider] : []),
    ...(is.includes('provider') ? [reported.requester] : []),
  ];
  return ofOthers.some((hours) => hours !== null && hours > 0);
}

/** What this actor may do now. */
export function allowedExchangeActions(
  exchange: Parties & Pick<KnownExchange, 'state' | 'reported'>,
  actor: Actor,
): ExchangeAction[] {
  const is = exchangeRelations(exchange, actor);
  return actionsFor(exchangeActions, exchange.state, is).filter(
    (action) =>
      !(action === 'settle' && isOneSide(is)) &&
      !(action === 'cancel' && isCalledOffTooLate(exchange, is)),
  );
}
