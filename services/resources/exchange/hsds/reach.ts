import type { ContactPoint } from '@relais/contracts/directory';
import type { Note } from '../described.ts';
import { contactOf } from '../terms.ts';
import { emailOf, phoneOf, textOf } from '../values.ts';

type Phone = { readonly number?: string };
export type Reachable = {
  readonly email?: string;
  readonly phones?: readonly Phone[];
  readonly contacts?: readonly {
    readonly name?: string;
    readonly email?: string;
    readonly phones?: readonly Phone[];
  }[];
};

/** The first contact named, and else the numbers of the thing itself. */
export function reach({ email, phones, contacts }: Reachable, note: Note): ContactPoint | null {
  const [contact] = contacts ?? [];
  const number = [...(contact?.phones ?? []), ...(phones ?? [])].find((one) => one.number)?.number;
  return contactOf(
    textOf(contact?.name, 200, 'contacts.name', note),
    phoneOf(number, 'phones.number', note),
    emailOf(contact?.email ?? email, 'email', note),
  );
}
