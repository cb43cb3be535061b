import type { CaseEvent } from '@relais/contracts/case-events';
import { existing, type Fact, type StreamTable, sealedAt, sealedOrNull, tableOf } from '../fold.ts';
import { breakGlass, caseNote, goal, vulnerability } from './project-parts.ts';
import type { CaseFileRow, PersonEntry } from './rows.ts';

type CaseFact<Type extends CaseEvent['type'] = CaseEvent['type']> = Fact<
  Extract<CaseEvent, { type: Type }>
>;

const caseFile: StreamTable<CaseFileRow, CaseEvent> = {
  name: 'case_file',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { record, at } = fact;
    const file =
      fact.event.type === 'case-opened.v1'
        ? opened(fact as CaseFact<'case-opened.v1'>)
        : fileAfter(existing(row, fact), fact);
    return {
      ...file,
      last_activity_at: later(at, file.last_activity_at),
      revision: record.revision,
      position: record.position,
    };
  },
};

const later = (one: string, other: string): string => (one > other ? one : other);

function opened(fact: CaseFact<'case-opened.v1'>): CaseFileRow {
  const { event, record, at, id } = fact;
  return {
    id,
    owner: event.data.association,
    referent: event.data.referent,
    kind: event.data.kind,
    persons: event.data.persons.map((entry, index) => joined(fact, entry, `persons.${index}.`)),
    archives: [],
    archived_by: [],
    former_owners: [],
    merged_into: null,
    absorbed: [],
    opened_at: at,
    last_activity_at: at,
    revision: record.revision,
    position: record.position,
  };
}

function fileAfter(file: CaseFileRow, fact: CaseFact): CaseFileRow {
  const { event, at } = fact;
  switch (event.type) {
    case 'case-referent-assigned.v1':
      return { ...file, referent: event.data.referent };
    case 'case-archived.v1': {
      const { association, reason } = event.data;
      return archivedAs(file, [...file.archives, { association, reason, at }]);
    }
    case 'case-unarchived.v1':
      return archivedAs(file, archivesBut(file, event.data.association));
    case 'case-handed-over.v1': {
      const { from, to, referent } = event.data;
      const former = file.former_owners.filter((owner) => owner !== to && owner !== from);
      const taken = { ...file, owner: to, referent, former_owners: [...former, from] };
      return archivedAs(taken, archivesBut(file, to));
    }
    case 'case-merged.v1':
      return event.data.as === 'absorbed'
        ? { ...file, merged_into: event.data.other }
        : { ...file, absorbed: [...file.absorbed, event.data.other] };
    case 'case-unmerged.v1':
      return unmerged(file, event.data.other);
    default:
      return { ...file, persons: personsAfter(file.persons, fact) };
  }
}

const unmerged = (file: CaseFileRow, other: string): CaseFileRow => ({
  ...file,
  merged_into: file.merged_into === other ? null : file.merged_into,
  absorbed: file.absorbed.filter((id) => id !== other),
});

const archivesBut = ({ archives }: CaseFileRow, association: string) =>
  archives.filter((archive) => archive.association !== association);

const archivedAs = (file: CaseFileRow, archives: CaseFileRow['archives']): CaseFileRow => ({
  ...file,
  archives,
  archived_by: archives.map(({ association }) => association),
});

function personsAfter(persons: readonly PersonEntry[], fact: CaseFact): readonly PersonEntry[] {
  const { event } = fact;
  const changed = (person: string, change: Partial<PersonEntry>) =>
    persons.map((entry) => (entry.person === person ? { ...entry, ...change } : entry));
  switch (event.type) {
    case 'case-person-added.v1':
      return [...persons, joined(fact, event.data, '')];
    case 'case-identity-corrected.v1':
      return changed(event.data.person, {
        identity: sealedAt(fact, 'identity', event.data.identity),
      });
    case 'case-contact-changed.v1':
      return changed(event.data.person, { contact: sealedAt(fact, 'contact', event.data.contact) });
    case 'case-person-forgotten.v1':
      return changed(event.data.person, { forgotten: true });
    default:
      return persons;
  }
}

const joined = (
  fact: Pick<Fact, 'record'>,
  { person, role, identity, contact }: CaseFact<'case-person-added.v1'>['event']['data'],
  path: string,
): PersonEntry => ({
  person,
  role,
  identity: sealedAt(fact, `${path}identity`, identity),
  contact: sealedOrNull(fact, `${path}contact`, contact),
  forgotten: false,
});

/** Events of `case-<uuid>` become the case file and its parts. */
export const caseTables = [
  tableOf('case', caseFile),
  tableOf('case', vulnerability),
  tableOf('case', goal),
  tableOf('case', caseNote),
  tableOf('case', breakGlass),
];
