import type { Sql } from '@relais/postgres/database';
import { type Answers, type Found, latest, look, type Page } from './look.ts';
import type { Question } from './question.ts';
import { type Asked, askedOf, distanceStep, rankStep, soughtOf } from './statement.ts';

/** So many answers are counted, and sorted one by one. Where there are more, the first are found without looking at all. */
export const countedMax = 500;

/**
 * The offers that have so many of the words at least, in order, and how many there are of which kind. `counted` is
 * one more than `most` when there are more than are counted.
 */
export async function findOffers(
  sql: Sql,
  question: Question,
  { least, most = countedMax, ...page }: Page & { least: number; most?: number },
): Promise<Answers> {
  const asked = askedOf(question, least);
  const some = await look(sql, asked, { ...page, most: most + 1, isFaceted: true });
  if (some.counted <= most) return some;
  const firsts = {
    freshness: () => latest(sql, asked, page),
    relevance: () => mostRelevant(sql, asked, page, some),
    distance: () => closest(sql, question, { ...page, least }, some),
  };
  return { ...some, found: await firsts[asked.order]() };
}

/** Whether any offer has all the words. */
export async function isAnswered(sql: Sql, question: Question): Promise<boolean> {
  const asked = askedOf(question, soughtOf(question).length);
  const { counted } = await look(sql, asked, { after: undefined, limit: 0, most: 1 });
  return counted > 0;
}

/** Where more of the answers than this are of a rank, walking meets them soon. */
const manyShare = 1 / 2;

/** First those that have the words in the title, then in themes and translations, then anywhere; `some` of them are known. */
async function mostRelevant(
  sql: Sql,
  asked: Asked,
  { after, limit }: Page,
  some: Answers,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const areMany = (rank: number) =>
    some.facets.some(
      ({ facet, value, count }) =>
        facet === 'ranks' && value === `${rank}` && count > manyShare * some.counted,
    );
  // The newest of a rank has the key `rank * rankStep` at most.
  const first = after === undefined ? 0 : Math.ceil(after[0] / rankStep);
  for (let rank = first; rank < asked.has.length && found.length < limit; rank += 1) {
    const start = after && rank === first ? after[0] - rank * rankStep : undefined;
    const page = {
      after: after && start !== undefined ? ([start, after[1]] as const) : undefined,
      limit: limit - found.length,
    };
    const here = ranked(asked, rank);
    const those = await (areMany(rank)
      ? latest(sql, here, page)
      : ofRank(sql, here, page, some.counted));
    found.push(...those.map((one) => ({ ...one, key: one.key + rank * rankStep })));
  }
  return found;
}

/** Those that have the words in this column, and not in the one before. */
function ranked(asked: Asked, rank: number): Asked {
  const [here = 'true', above] = [asked.has[rank], asked.has[rank - 1]];
  const conditions = [...asked.others, here, ...(above ? [`not ${above}`] : [])];
  return { ...asked, key: 'o.newest', conditions };
}

async function ofRank(sql: Sql, asked: Asked, page: Page, most: number): Promise<readonly Found[]> {
  const few = await look(sql, asked, { ...page, most });
  return few.counted < most ? few.found : await latest(sql, asked, page);
}

/** The nearest of `some` answers bound how far the nearest of all can be. */
async function closest(
  sql: Sql,
  question: Question,
  { least, ...page }: Page & { least: number },
  some: Answers,
): Promise<readonly Found[]> {
  const most = question.centre?.chord ?? 0;
  const last = some.found[page.limit - 1];
  // Keys are rounded.
  const reached = last ? (last.key + 1) / distanceStep : most;
  const asked = askedOf(question, least, Math.min(reached, most));
  return (await look(sql, asked, { ...page, most: 'all' })).found;
}
