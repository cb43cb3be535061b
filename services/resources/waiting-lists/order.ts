import type { Priority } from '@relais/contracts/deadlines';
import type { WaitingEntry, WaitingListEvent } from '@relais/contracts/waiting-lists';

type Entries = readonly WaitingEntry[];

const ranks: { readonly [priority in Priority]: number } = { emergency: 0, urgent: 1, normal: 2 };

/** By priority, then by the day they joined, then by id so that no two are alike. */
const comesBefore = (one: WaitingEntry, other: WaitingEntry): boolean => {
  const rank = ranks[one.priority] - ranks[other.priority];
  if (rank !== 0) return rank < 0;
  return one.since === other.since ? one.referral < other.referral : one.since < other.since;
};

/** Who let a place go so often stays on the list, and its association has to take the next step. */
export const passesMax = 3;

/** Whoever let a proposed place go less often comes first; among these, the order of the list. */
export function firstInTurn(entries: Entries): WaitingEntry | undefined {
  const waiting = entries.filter(({ proposal, passes }) => proposal === null && passes < passesMax);
  const least = Math.min(...waiting.map(({ passes }) => passes));
  return waiting.find(({ passes }) => passes === least);
}

/** The list after this event. */
export function entriesAfter(entries: Entries, event: WaitingListEvent): Entries {
  switch (event.type) {
    case 'waiting-list-joined.v1': {
      const { offer: _, ...data } = event.data;
      return joined(entries, { ...data, passes: 0, proposal: null });
    }
    case 'waiting-list-left.v1':
      return entries.filter(({ referral }) => referral !== event.data.referral);
    case 'waiting-list-moved.v1':
      return moved(entries, event.data);
    case 'waiting-list-proposed.v1': {
      const { referral, reservation, until } = event.data;
      return changed(entries, referral, { proposal: { reservation, until } });
    }
    case 'waiting-list-proposal-lapsed.v1': {
      const { referral, passed } = event.data;
      const passes = entries.find((entry) => entry.referral === referral)?.passes ?? 0;
      return changed(entries, referral, { proposal: null, passes: passed ? passes + 1 : passes });
    }
    case 'waiting-list-balanced.v1':
      return event.data.entries;
  }
}

/** Behind the last that comes before it: those who were moved by hand stay where they were put. */
function joined(entries: Entries, entry: WaitingEntry): Entries {
  const at = entries.findLastIndex((other) => comesBefore(other, entry)) + 1;
  return entries.toSpliced(at, 0, entry);
}

/** By hand and with a reason: whatever it let go counts no more. */
function moved(
  entries: Entries,
  { referral, before }: Extract<WaitingListEvent, { type: 'waiting-list-moved.v1' }>['data'],
): Entries {
  const entry = entries.find((one) => one.referral === referral);
  if (entry === undefined || before === referral) return entries;
  const others = entries.filter((one) => one.referral !== referral);
  const at = before === null ? -1 : others.findIndex((one) => one.referral === before);
  return others.toSpliced(at < 0 ? others.length : at, 0, { ...entry, passes: 0 });
}

const changed = (
  entries: Entries,
  referral: WaitingEntry['referral'],
  change: Partial<WaitingEntry>,
): Entries => entries.map((one) => (one.referral === referral ? { ...one, ...change } : one));
