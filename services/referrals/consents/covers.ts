import type { Purpose, Recipients } from '@relais/contracts/consents';
import type { Grounds } from '@relais/contracts/grounds';
import type { AssociationId, PersonId } from '@relais/contracts/ids';
import type { Category } from '@relais/contracts/sealed';
import type { Consents } from './state.ts';

/** Who is to receive: an association, or nobody by name yet; `eligible`: as one of all that are eligible. */
export type Recipient = { readonly association: AssociationId | null; readonly eligible: boolean };

export type Sharing = {
  readonly recipient: Recipient;
  readonly purpose: Purpose;
  /** Whom the data is about: all of them have to be covered. */
  readonly persons: readonly PersonId[];
  readonly categories: readonly Category[];
  readonly at: string;
};

export type Coverage =
  | { readonly covered: true; readonly grounds: Grounds }
  | { readonly covered: false; readonly missing: readonly Category[] };

type Ground = Grounds[number];

/**
 * Whether live consents and exceptions cover this sharing, and which. For each category the person's latest live
 * word on it counts: given or withheld; an exception covers what consent does not. Sharing that names no category
 * is covered when anything at all may go to the recipient.
 */
export function covers(state: Consents, sharing: Sharing): Coverage {
  if (sharing.categories.length === 0) {
    const any = sharable(state, sharing);
    return any.length === 0
      ? { covered: false, missing: [] }
      : covers(state, { ...sharing, categories: any });
  }
  const found = sharing.categories.map((category) => groundFor(state, sharing, category));
  const missing = sharing.categories.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) return { covered: false, missing };
  return { covered: true, grounds: distinct(found.filter((ground) => ground !== undefined)) };
}

/** Every category that may go to the recipient: what was given and not withheld, or excepted. */
export function sharable(state: Consents, sharing: Omit<Sharing, 'categories'>): Category[] {
  const named = [...state.consents, ...state.exceptions].flatMap(({ categories }) => categories);
  return [...new Set(named)].filter(
    (category) => groundFor(state, sharing, category) !== undefined,
  );
}

function groundFor(
  state: Consents,
  sharing: Omit<Sharing, 'categories'>,
  category: Category,
): Ground | undefined {
  const lastWord = state.consents.findLast(
    (consent) =>
      applies(consent, consent.validUntil, sharing) &&
      isFor(state, consent.id, sharing) &&
      // A withdrawal takes back what was given, never what was withheld: nothing older is given by it.
      (consent.withheld.includes(category) ||
        (!consent.withdrawn && consent.categories.includes(category))),
  );
  if (lastWord?.categories.includes(category) && !lastWord.withheld.includes(category)) {
    return { by: 'consent', consent: lastWord.id };
  }
  const exception = state.exceptions.find(
    (one) =>
      !one.ended &&
      applies(one, one.until, sharing) &&
      isFor(state, one.id, sharing) &&
      one.categories.includes(category),
  );
  return exception && { by: 'exception', exception: exception.id };
}

function applies(
  terms: { purposes: readonly Purpose[]; recipients: Recipients; validFrom: string },
  until: string | null,
  { purpose, recipient, at }: Omit<Sharing, 'categories'>,
): boolean {
  const now = Date.parse(at);
  return (
    terms.purposes.includes(purpose) &&
    Date.parse(terms.validFrom) <= now &&
    (until === null || now < Date.parse(until)) &&
    reaches(terms.recipients, recipient)
  );
}

/** It was given for those who were in the case then. Whoever joined later is covered by what is recorded later. */
const isFor = (
  { newcomers }: Consents,
  id: string,
  { persons }: Pick<Sharing, 'persons'>,
): boolean => !persons.some((person) => newcomers.get(id)?.includes(person));

const reaches = (recipients: Recipients, { association, eligible }: Recipient): boolean =>
  (eligible && recipients.openToEligible) ||
  (association !== null && recipients.associations.includes(association));

const distinct = (grounds: readonly Ground[]): Grounds => [
  ...new Map(grounds.map((ground) => [JSON.stringify(ground), ground])).values(),
];
