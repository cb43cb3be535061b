import type { EventContract } from '@relais/contracts/event-contract';
import type { Recorded } from '@relais/event-log/log';
import { parse, UnparsableEvent } from '@relais/event-log/parse';
import { type Projection, type Table, table } from '@relais/event-log/projection';
import { calendarsPart } from './calendars/project.ts';
import { contactsPart } from './contacts/project.ts';
import { exportsPart } from './exchange/exports/project.ts';
import { exchangesPart } from './exchanges/project.ts';
import { needsPart } from './needs/project.ts';
import { offersPart } from './offers/project.ts';
import { organisationsPart } from './organisations/project.ts';
import { placesPart } from './places/project.ts';
import { publicationsPart } from './publications/project.ts';
import { questionsPart } from './questions/project.ts';
import { searchPart } from './search/project.ts';
import { seriesPart } from './series/project.ts';
import { sessionsPart } from './sessions/project.ts';
import { sitesPart } from './sites/project.ts';
import { skillsPart } from './skills/project.ts';
import { staysPart } from './stays/project.ts';
import { waitingListsPart } from './waiting-lists/project.ts';

/** What an area of this service adds to its read model. Its tables are told of events of its categories only. */
export type Part<Event extends { type: string; data: unknown }> = {
  /** Contracts by stream category. */
  readonly categories: { readonly [category: string]: EventContract<Event> };
  readonly views: URL;
  readonly tables: readonly Table<Event>[];
};

type AnyEvent = { type: string; data: unknown };
type AnyPart = Part<AnyEvent>;

const part = <Event extends AnyEvent>(of: Part<Event>): AnyPart =>
  // Its tables see what its own contracts have parsed, and nothing else.
  of as unknown as AnyPart;

const parts: readonly AnyPart[] = [
  part(organisationsPart),
  part(sitesPart),
  part(offersPart),
  part(placesPart),
  part(staysPart),
  part(waitingListsPart),
  part(contactsPart),
  part(searchPart),
  part(exportsPart),
  part(exchangesPart),
  part(seriesPart),
  part(sessionsPart),
  part(calendarsPart),
  part(skillsPart),
  part(needsPart),
  part(questionsPart),
  part(publicationsPart),
];

const categoryOf = ({ stream }: Pick<Recorded, 'stream'>): string =>
  stream.replace(/-[0-9a-f]{8}-[0-9a-f-]{27}$/, '');

const contracts = new Map(parts.flatMap(({ categories }) => Object.entries(categories)));

/** What lists and single reads answer from. Who gets a place never depends on it: that is decided on the log. */
export const resourcesProjection: Projection<AnyEvent> = {
  name: 'resources',
  version: 6,
  prefixes: [...contracts.keys()].map((category) => `${category}-`),
  views: parts.map(({ views }) => views),
  parse(record) {
    const contract = contracts.get(categoryOf(record));
    if (contract === undefined) throw new UnparsableEvent(record, 'no part reads this stream');
    return parse(contract, record);
  },
  tables: parts.flatMap(({ categories, tables }) =>
    tables.map((rules) =>
      table<Record<string, unknown>, AnyEvent>({
        ...rules,
        touches: (event, record) =>
          Object.hasOwn(categories, categoryOf(record)) ? rules.touches(event, record) : [],
      }),
    ),
  ),
};
