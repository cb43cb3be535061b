import { type CaseEvent, caseContract } from '@relais/contracts/case-events';
import type { CaseId, PersonId } from '@relais/contracts/ids';
import type { Category, Sealed } from '@relais/contracts/sealed';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Place } from '@relais/vault/cipher';
import type { Vault } from '@relais/vault/vault';

/** Half of what the vault takes (plaintextBytesMax), so that one long text still finds room beside others. */
const partBytesMax = 20_000;
/** Sealed, it stays below what one append may hold. */
const sharedBytesMax = 600_000;

/** Something personal of the case file as it stands now, and what it is. */
type Entry = {
  readonly sealed: Sealed;
  readonly at: Place;
  readonly as: 'identity' | 'contact' | 'vulnerability' | 'goal' | 'note';
};

/**
 * What the receiver of a referral gets to see, per person and category: the identity, the contact, and of every
 * other category the vulnerabilities marked as shared, the active goals and the shared notes. Private notes and
 * whatever only the owner or coordinators may see never leave. Sealed again for the event it will stand in. Where that
 * is too much for one event the oldest notes stay out first, and the part says how many (`leftOut`).
 */
export async function sealShared(
  { log, vault }: { readonly log: Log; readonly vault: Vault },
  shared: {
    readonly case: CaseId;
    readonly persons: readonly PersonId[];
    readonly categories: readonly Category[];
    /** Of the event that carries it; the fields are `shared.0`, `shared.1` and so on. */
    readonly at: Omit<Place, 'field'>;
  },
): Promise<Sealed[]> {
  const entries = (await readEntries(log, shared.case)).filter(
    ({ sealed }) =>
      shared.persons.includes(sealed.person) && shared.categories.includes(sealed.category),
  );
  const opened = await vault.openMany(entries);
  const parts: Part[] = [];
  const kept = fitting(entries, opened);
  for (const [index, { sealed, as }] of entries.entries()) {
    const plaintext = opened[index];
    if (plaintext === undefined) continue;
    if (kept.has(index)) addTo(parts, sealed, as, plaintext);
    else leaveOut(parts, sealed);
  }
  return vault.sealMany(
    parts.map(({ person, category, content }, index) => ({
      person,
      category,
      plaintext: JSON.stringify(content),
      at: { ...shared.at, field: `shared.${index}` },
    })),
  );
}

type Content = { readonly [part: string]: unknown };
type Part = { person: PersonId; category: Category; content: Content; bytes: number };

const mostWanted: readonly Entry['as'][] = ['identity', 'contact', 'vulnerability', 'goal', 'note'];

/** Which entries there is room for: by what they are, the newest first. */
function fitting(
  entries: readonly Entry[],
  opened: readonly (string | undefined)[],
): ReadonlySet<number> {
  const wanted = mostWanted.flatMap((as) =>
    [...entries.keys()].reverse().filter((index) => entries[index]?.as === as),
  );
  const kept = new Set<number>();
  let bytes = 0;
  for (const index of wanted) {
    bytes += Buffer.byteLength(opened[index] ?? '');
    if (bytes > sharedBytesMax) break;
    kept.add(index);
  }
  return kept;
}

function leaveOut(parts: Part[], { person, category }: Sealed): void {
  let part = parts.find((one) => one.person === person && one.category === category);
  if (part === undefined) {
    part = { person, category, content: {}, bytes: 0 };
    parts.push(part);
  }
  part.content = { ...part.content, leftOut: Number(part.content.leftOut ?? 0) + 1 };
}

/** Of one person and category there are several parts where one would be more than the vault seals at once. */
function addTo(
  parts: Part[],
  { person, category }: Sealed,
  as: Entry['as'],
  plaintext: string,
): void {
  const bytes = Buffer.byteLength(plaintext);
  const part = parts.findLast((one) => one.person === person && one.category === category);
  if (part !== undefined && part.bytes + bytes <= partBytesMax) {
    part.content = withEntry(part.content, as, JSON.parse(plaintext));
    part.bytes += bytes;
  } else {
    parts.push({
      person,
      category,
      content: withEntry(undefined, as, JSON.parse(plaintext)),
      bytes,
    });
  }
}

/** Identity and contact stand for themselves; of the others there are several. */
function withEntry(content: Content | undefined, as: Entry['as'], value: unknown): Content {
  if (as === 'identity' || as === 'contact') return value as Content;
  const part = { vulnerability: 'vulnerabilities', goal: 'goals', note: 'notes' }[as];
  const before = (content?.[part] ?? []) as unknown[];
  return { ...content, [part]: [...before, value] };
}

async function readEntries(log: Log, id: CaseId): Promise<Entry[]> {
  const known = new Map<string, { readonly entry: Entry; readonly isShown: boolean }>();
  for await (const record of log.read(`case-${id}`)) {
    for (const { key, entry = known.get(key)?.entry, isShown } of changes(record)) {
      if (entry !== undefined) known.set(key, { entry, isShown });
    }
  }
  return [...known.values()].filter(({ isShown }) => isShown).map(({ entry }) => entry);
}

/** What becomes of an entry: a new content, or only whether others may see it. */
type Change = { readonly key: string; readonly entry?: Entry; readonly isShown: boolean };

function changes(record: Recorded): Change[] {
  const event = parse<CaseEvent>(caseContract, record);
  const { stream, id: eventId, type } = record;
  const put = (key: string, as: Entry['as'], sealed: Sealed, field: string, isShown = true) => ({
    key,
    isShown,
    entry: { sealed, as, at: { stream, eventId, type, field } },
  });
  const person = ({ person: id, identity, contact }: PersonData, prefix = ''): Change[] => [
    put(`identity ${id}`, 'identity', identity, `${prefix}identity`),
    ...(contact === null ? [] : [put(`contact ${id}`, 'contact', contact, `${prefix}contact`)]),
  ];
  switch (event.type) {
    case 'case-opened.v1':
      return event.data.persons.flatMap((data, index) => person(data, `persons.${index}.`));
    case 'case-person-added.v1':
      return person(event.data);
    case 'case-identity-corrected.v1':
      return [put(`identity ${event.data.person}`, 'identity', event.data.identity, 'identity')];
    case 'case-contact-changed.v1':
      return [put(`contact ${event.data.person}`, 'contact', event.data.contact, 'contact')];
    case 'case-vulnerability-recorded.v1': {
      const { vulnerability, what, visibility } = event.data;
      return [put(vulnerability, 'vulnerability', what, 'what', visibility === 'shared')];
    }
    case 'case-vulnerability-visibility-changed.v1':
      return [{ key: event.data.vulnerability, isShown: event.data.visibility === 'shared' }];
    case 'case-vulnerability-ended.v1':
      return [{ key: event.data.vulnerability, isShown: false }];
    case 'case-goal-set.v1':
      return [put(event.data.goal, 'goal', event.data.text, 'text')];
    case 'case-goal-changed.v1':
      return [{ key: event.data.goal, isShown: event.data.status === 'active' }];
    case 'case-shared-note-added.v1':
      return [put(event.data.note, 'note', event.data.text, 'text')];
    default:
      return [];
  }
}

type PersonData = {
  readonly person: PersonId;
  readonly identity: Sealed;
  readonly contact: Sealed | null;
};
