/** What is asked, as conditions on rows of `search_entry`. */
import type { searchFilters } from '@relais/contracts/search';
import { Theme } from '@relais/contracts/themes';
import type { z } from 'zod';
import { type Commune, loadCommunes } from '../communes/communes.ts';
import { isOfListed } from '../offers/query.ts';
import { everybody, inside, members, unsaid } from './marks.ts';
import type { Centre } from './near.ts';
import { irregularQuarter, minuteOf, quarterOf } from './opening.ts';

export type Filters = z.output<z.ZodObject<typeof searchFilters>>;

/** For whom: members see what is for them, everybody else what is public. */
export type Audience = { readonly viewers: readonly string[] } | 'everybody';

export type Asking = {
  readonly filters: Filters;
  readonly audience: Audience;
  readonly now: Date;
};

/** A word of the question, and what is looked for. */
export type AskedWord = {
  readonly typed: string;
  readonly corrected: string | null;
  readonly synonyms: readonly string[];
  readonly ignored: boolean;
};

/** A question understood: every statement about it starts from this. */
export type Question = Asking & {
  readonly words: readonly AskedWord[];
  /** Those whose name has all the words. */
  readonly organisations: readonly string[];
  /** Hours that follow no week, and are open when asked for. */
  readonly irregular: readonly string[];
  readonly centre: Centre | undefined;
};

/** Values bound to a statement; `bind` gives the text that stands for one. */
export class Bound {
  readonly values: unknown[];
  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }
  copy(): Bound {
    return new Bound(this.values);
  }
  bind(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

const communes = await loadCommunes();

/** Whom it is for, in SQL: the first thing that every statement asks. */
export function isFor(audience: Audience, bound: Bound): string {
  const readers = bound.bind(readersOf(audience), 'text[]');
  if (audience === 'everybody') return `o.audiences && ${readers}`;
  // Nearly all offers are for members: written so that no index is asked for all of them.
  return `(o.audiences && ${readers}) is true`;
}

/** As what a reader may be meant. */
export const readersOf = (audience: Audience): readonly string[] =>
  audience === 'everybody' ? [everybody] : [everybody, members, ...audience.viewers];

/** The conditions of the filters but for words and distance. */
export function conditionsOf({ filters, now, irregular }: Question, bound: Bound): string[] {
  const conditions: string[] = [];
  const add = (sql: (value: string) => string, value: unknown, type = 'text') => {
    if (value !== undefined) conditions.push(sql(bound.bind(value, type)));
  };
  add((themes) => `o.themes && ${themes}`, filters.theme && themesOf(filters.theme), 'text[]');
  add((kind) => `o.kind = ${kind}`, filters.kind);
  add(
    (publics) => `o.publics && ${publics}`,
    filters.public && [filters.public, 'tous-publics', unsaid],
    'text[]',
  );
  add((language) => `o.languages && array[${language}]`, filters.language);
  add((association) => `o.association = ${association}`, filters.association, 'uuid');
  add((organisation) => `o.organisation = ${organisation}`, filters.organisation, 'uuid');
  add((freshness) => `o.freshness = ${freshness}`, filters.freshness);
  add((day) => `o.newest <= ${day}`, daysSince(filters.confirmedSince), 'bigint');
  add((areas) => `o.areas && ${areas}`, filters.area && areasOf(filters.area), 'text[]');
  const moment = momentOf(filters, now);
  if (moment !== undefined) {
    const minute = bound.bind(minuteOf(moment), 'int');
    const open = bound.bind(irregular, 'text[]');
    conditions.push(`(o.open_minutes @> ${minute} or o.irregular_hours && ${open})`);
  }
  if (filters.placesLeft !== undefined) {
    conditions.push(`exists (select from place_pool pool where pool.offer = o.id
      and pool.state = 'open' and pool.reserved < pool.capacity)`);
  }
  conditions.push(isOfListed('o'));
  return conditions;
}

/** What a condition implies that an index does not answer. */
export function roughlyOf({ filters, now }: Question, bound: Bound): string[] {
  const moment = momentOf(filters, now);
  if (moment === undefined) return [];
  const quarters = [quarterOf(minuteOf(moment)), irregularQuarter];
  return [`o.open_quarters && ${bound.bind(quarters, 'int2[]')}`];
}

/** At which moment it has to be open; undefined when nobody asks. */
export const momentOf = ({ openAt, openNow }: Filters, now: Date): Date | undefined =>
  openAt !== undefined ? new Date(openAt) : openNow === undefined ? undefined : now;

const themesOf = (list: string): string[] =>
  list
    .split(',')
    .flatMap((code) =>
      Theme.options.filter((theme) => theme === code || theme.startsWith(`${code}--`)),
    );

const daysSince = (day: string | undefined): bigint | undefined =>
  day === undefined ? undefined : -BigInt(Date.parse(day));

/** The zone, what lies in it, and those that hold all of it. */
function areasOf(zone: string): string[] {
  const commune: Commune | undefined = communes.find(zone);
  const covering = commune === undefined ? ['france'] : communes.zonesOf(commune);
  return [zone, inside(zone), ...covering];
}
