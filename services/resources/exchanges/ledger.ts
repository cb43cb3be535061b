/** The ledger of hours between associations: double entry, never money. */
import type { ExchangeEvent } from '@relais/contracts/exchanges';

export type Entry = {
  readonly association: string;
  readonly with: string;
  /** Positive where given, negative where received. */
  readonly hours: number;
};

type Confirmed = Extract<ExchangeEvent, { type: 'exchange-confirmed.v1' }>['data'];

/** What a confirmed exchange writes: as much on one side as on the other, so that all entries together are zero. */
export const entriesOf = ({
  requester,
  provider,
  hours,
}: Pick<Confirmed, 'hours'> & { readonly requester: string; readonly provider: string }): readonly [
  Entry,
  Entry,
] => [
  { association: provider, with: requester, hours },
  { association: requester, with: provider, hours: 0 - hours },
];

/** Hours given less hours received, by association. */
export function balancesOf(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const balances = new Map<string, number>();
  for (const { association, hours } of entries) {
    balances.set(association, (balances.get(association) ?? 0) + hours);
  }
  return balances;
}
