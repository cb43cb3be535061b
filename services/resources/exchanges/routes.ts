import type { Actor } from '@relais/contracts/actors';
import { type ExchangeEvent, exchangeContract, RequestExchange } from '@relais/contracts/exchanges';
import type { App } from '@relais/http/app-options';
import type { z } from 'zod';
import { type ActionRoute, actionRoute, type Kind, openingRoute } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import {
  type ExchangeAction,
  type ExchangeCommand,
  exchangeBodies,
  type RequestFacts,
} from './actions.ts';
import { exchangeAggregate } from './decide.ts';
import { needFit, offerFit, skillFit, worksWithCases } from './facts.ts';
import { exchangeReads } from './read-routes.ts';
import { allowedExchangeActions, type Exchange, exchangeRelations } from './state.ts';

const summaries: { readonly [Action in ExchangeAction]: string } = {
  agree: 'Agree to give these hours',
  refuse: 'Refuse, with a reason',
  cancel: 'Cancel, with a reason',
  report: 'Say how many hours it was; confirmed when both say the same',
  settle: 'End a difference about the hours',
};

/** Hours of work that associations ask of each other and give. */
export function exchangeRoutes(app: App, desk: Desk): void {
  const kind: Kind<ExchangeCommand, Exchange, ExchangeEvent> = {
    path: '/exchanges',
    aggregate: exchangeAggregate,
    contract: exchangeContract,
    isVisible: (state, actor) =>
      state.state !== 'absent' && exchangeRelations(state, actor).length > 0,
    present: (id, state, actor) => ({
      id,
      state: state.state,
      allowedActions: state.state === 'absent' ? [] : allowedExchangeActions(state, actor),
      deadlines: state.state === 'absent' ? {} : state.deadlines,
    }),
    factsFor: async ({ type, actor, body }) =>
      type === 'request' ? requestFacts(desk, actor, body as RequestBody) : null,
  };
  openingRoute(app, desk, kind, {
    action: 'request',
    summary: 'Ask an association for hours of work',
    body: RequestExchange,
    seals: 'exchange-requested.v1',
  });
  for (const action of Object.keys(exchangeBodies) as ExchangeAction[]) {
    const route: ActionRoute = { action, summary: summaries[action], body: exchangeBodies[action] };
    const seals = action === 'settle' ? { seals: 'exchange-settled.v1' } : {};
    actionRoute(app, desk, kind, { ...route, ...seals });
  }
  exchangeReads(app, desk);
}

type RequestBody = z.output<typeof RequestExchange>;

async function requestFacts(
  { log }: Desk,
  actor: Actor,
  { provider, offer, skill, need }: RequestBody,
): Promise<RequestFacts> {
  const requester = actor.role === 'system' ? provider : actor.association;
  return {
    providerKnown: await worksWithCases(log, provider),
    offer: await offerFit(log, offer, { provider, requester }),
    skill: await skillFit(log, skill, provider),
    need: await needFit(log, need, requester),
  };
}
