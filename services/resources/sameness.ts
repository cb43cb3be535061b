import type { Source } from '@relais/contracts/directory';

/** Whether two values say the same, whatever the order of their fields. */
export const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);

function inOrder(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whether both are the same entry of the same source, whatever else is told of it. */
export const isSameEntry = (
  one: Pick<Source, 'name' | 'id'> | null,
  other: Pick<Source, 'name' | 'id'>,
): boolean => one !== null && one.name === other.name && one.id === other.id;
