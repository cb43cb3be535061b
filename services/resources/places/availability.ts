import type { CapacityStatus } from '@relais/contracts/offer-views';
import type { PoolRow } from './project.ts';

/** Places that can be had: none of a pool that is closed, or made smaller than what is held. */
export const availableOf = ({
  state,
  capacity,
  reserved,
  unavailable,
}: Pick<PoolRow, 'state' | 'capacity' | 'reserved' | 'unavailable'>): number =>
  state === 'open' ? Math.max(0, capacity - reserved - unavailable) : 0;

/** HSDS's word for it; null when places are not counted and nobody looks at requests first. */
export function capacityStatusOf(
  available: number | undefined,
  { hasWaitingList, assessesFirst }: { hasWaitingList: boolean; assessesFirst: boolean },
): CapacityStatus | null {
  if (available === undefined) return assessesFirst ? 'additional-assessment-required' : null;
  if (available > 0) return assessesFirst ? 'additional-assessment-required' : 'capacity';
  return hasWaitingList ? 'waitlist' : 'no-capacity';
}
