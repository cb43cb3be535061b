/** Who may do what to an exchange. Drives the rules and the API's allowedActions. */
import {
  AgreeExchange,
  CancelExchange,
  type ExchangeState,
  RefuseExchange,
  ReportHours,
  type RequestExchange,
  SettleHours,
} from '@relais/contracts/exchanges';
import type { ActionTable, Command } from '../acting.ts';

export const exchangeBodies = {
  agree: AgreeExchange,
  refuse: RefuseExchange,
  cancel: CancelExchange,
  report: ReportHours,
  settle: SettleHours,
};
export type ExchangeAction = keyof typeof exchangeBodies;

/** Whether what the request names is there, and the provider's: `none` where it names nothing. */
export type Fit = 'none' | 'fits' | 'unknown' | 'closed';
export type RequestFacts = {
  readonly providerKnown: boolean;
  readonly offer: Fit;
  readonly skill: Fit;
  readonly need: Fit;
};

export type UserCommand =
  | Command<'request', typeof RequestExchange, RequestFacts>
  | { [Of in ExchangeAction]: Command<Of, (typeof exchangeBodies)[Of]> }[ExchangeAction];
export type Step = 'answer' | 'report';
export type SystemCommand =
  | { readonly type: 'remind' | 'escalate'; readonly step: Step }
  | { readonly type: 'expire' };
export type ExchangeCommand = UserCommand | SystemCommand;

export type ExchangeRelation = 'requester' | 'provider' | 'coordinator';

/** From which states, by whom. */
export const exchangeActions: ActionTable<ExchangeAction, ExchangeState, ExchangeRelation> = {
  agree: { from: ['requested'], who: ['provider'] },
  refuse: { from: ['requested'], who: ['provider'] },
  cancel: {
    from: ['requested', 'agreed', 'disputed'],
    who: ['requester', 'provider', 'coordinator'],
  },
  report: { from: ['agreed', 'disputed'], who: ['requester', 'provider'] },
  settle: { from: ['disputed'], who: ['coordinator'] },
};
