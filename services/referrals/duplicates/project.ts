import { type CaseEvent, caseContract } from '@relais/contracts/case-events';
import { Contact, Identity } from '@relais/contracts/cases';
import { checkpoint, passBy } from '@relais/event-log/checkpoint';
import { type ConsumerRun, consumeAlone } from '@relais/event-log/consumer';
import type { Log, Recorded } from '@relais/event-log/log';
import { type Projection, schemaOf } from '@relais/event-log/projection';
import { prepareSchema, quoted } from '@relais/event-log/projection-schema';
import type { Sql } from '@relais/postgres/database';
import { normaliseBirthDate, normaliseName, normalisePhone } from '@relais/vault/normalise';
import type { MatchKind, Vault } from '@relais/vault/vault';
import { type Fact, factOf, type SealedAt, sealedAt, sealedOrNull } from '../fold.ts';

/**
 * A read model of its own beside `referrals`, because it needs the vault: hashes of what is sealed, which go when
 * the person is forgotten.
 */
export const matchProjection: Projection<Fact> = {
  name: 'referrals_match',
  version: 1,
  prefixes: ['case-'],
  views: [new URL('./views.sql', import.meta.url)],
  parse: (record) => factOf(caseContract, record),
  tables: [],
};
export const matchSchema = schemaOf(matchProjection);
/** While much happens: a few events at once cost little more than one. */
const paceMs = 25;

export type MatchRun = ConsumerRun & {
  readonly log: Log;
  readonly vault: Pick<Vault, 'openMany' | 'matchKey'>;
  /** Where to build it. Default: the schema of its name and version. */
  readonly schema?: string;
};

/** Keeps match keys up to date until `signal` aborts: in one process at a time. */
export async function runMatching(run: MatchRun): Promise<void> {
  const { database, log, vault, schema = matchSchema } = run;
  const { prefixes } = matchProjection;
  await consumeAlone(run, {
    name: schema,
    prepare: () => prepareSchema(database, matchProjection, schema),
    async lead(lease, signal) {
      for await (const batch of log.follow({ after: lease.position, prefixes, paceMs, signal })) {
        const changes = changesOf(batch.records);
        if (changes.length === 0) {
          await passBy(database, lease, batch);
          continue;
        }
        const keys = await keysOf(changes, vault);
        await database.transaction(async (sql) => {
          await replace(sql, quoted(schema), changes, keys);
          await checkpoint(sql, lease, batch);
        });
      }
    },
  });
}

/** What of a person changed; `sealed` null: it is gone. */
type Change = {
  readonly case_id: string;
  readonly person: string;
  readonly source: 'identity' | 'contact';
  readonly sealed: SealedAt | null;
};

/** The last change of each; of a forgotten person both go. */
function changesOf(records: readonly Recorded[]): Change[] {
  const changes = new Map<string, Change>();
  const put = (fact: Fact, person: string, source: Change['source'], sealed: SealedAt | null) =>
    changes.set(`${fact.id}/${person}/${source}`, { case_id: fact.id, person, source, sealed });
  for (const record of records) {
    const fact = matchProjection.parse(record);
    const event = fact.event as CaseEvent;
    switch (event.type) {
      case 'case-opened.v1':
        for (const [index, { person, identity, contact }] of event.data.persons.entries()) {
          put(fact, person, 'identity', sealedAt(fact, `persons.${index}.identity`, identity));
          put(fact, person, 'contact', sealedOrNull(fact, `persons.${index}.contact`, contact));
        }
        break;
      case 'case-person-added.v1':
        put(fact, event.data.person, 'identity', sealedAt(fact, 'identity', event.data.identity));
        put(fact, event.data.person, 'contact', sealedOrNull(fact, 'contact', event.data.contact));
        break;
      case 'case-identity-corrected.v1':
        put(fact, event.data.person, 'identity', sealedAt(fact, 'identity', event.data.identity));
        break;
      case 'case-contact-changed.v1':
        put(fact, event.data.person, 'contact', sealedAt(fact, 'contact', event.data.contact));
        break;
      case 'case-person-forgotten.v1':
        put(fact, event.data.person, 'identity', null);
        put(fact, event.data.person, 'contact', null);
        break;
      default:
    }
  }
  return [...changes.values()];
}

async function keysOf(changes: readonly Change[], vault: MatchRun['vault']) {
  const present = changes.flatMap(({ sealed, ...of }) => (sealed === null ? [] : [{ of, sealed }]));
  const texts = await vault.openMany(
    present.map(({ sealed: { at, ...sealed } }) => ({ sealed, at })),
  );
  const keys: Record<string, string>[] = [];
  for (const [index, { of }] of present.entries()) {
    const text = texts[index];
    // The vault has forgotten the person before this consumer heard of it.
    if (text === undefined) continue;
    for (const [kind, value] of comparable(of.source, JSON.parse(text))) {
      keys.push({ ...of, kind, hash: await vault.matchKey(kind, value) });
    }
  }
  return keys;
}

/** The normalised texts that are worth comparing. */
function comparable(source: Change['source'], value: unknown): (readonly [MatchKind, string])[] {
  if (source === 'contact') {
    const { phones = [] } = Contact.parse(value);
    return phones.map((phone) => ['phone', normalisePhone(phone)] as const).filter(isTelling);
  }
  const { givenName, familyName, birthDate } = Identity.parse(value);
  return [
    ['name', normaliseName(`${givenName} ${familyName ?? ''}`)] as const,
    ['birth-date', normaliseBirthDate(birthDate ?? '')] as const,
  ].filter(isTelling);
}

const isTelling = ([, text]: readonly [MatchKind, string]): boolean => text !== '';

async function replace(
  sql: Sql,
  schema: string,
  changes: readonly Change[],
  keys: readonly Record<string, string>[],
): Promise<void> {
  await sql.query(
    `delete from ${schema}.match_key where (case_id, person, source) in
       (select * from unnest($1::uuid[], $2::uuid[], $3::text[]))`,
    [
      changes.map(({ case_id }) => case_id),
      changes.map(({ person }) => person),
      changes.map(({ source }) => source),
    ],
  );
  await sql.query(
    `insert into ${schema}.match_key
     select distinct r.* from json_populate_recordset(null::${schema}.match_key, $1) r`,
    [JSON.stringify(keys)],
  );
}
