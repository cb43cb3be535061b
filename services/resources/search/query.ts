import type { Sql } from '@relais/postgres/database';
import { type Answers, type Found, latest, look, type Page } from './look.ts';
import type { Question } from './question.ts';
import { type Asked, askedOf, distanceStep, rankStep, soughtOf } from './statement.ts';

/** So many answers are counted, and sorted one by one. Where there are more, the first are found without looking at all. */
export const countedMax = 1_000;

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
  const few = await look(sql, asked, { ...page, most: most + 1, isFaceted: true });
  if (few.counted <= most) return few;
  const firsts = {
    freshness: () => latest(sql, asked, page),
    relevance: () => mostRelevant(sql, asked, page, most),
    distance: () => closest(sql, question, { ...page, least }),
  };
  return { ...few, found: await firsts[asked.order]() };
}

/** Whether any offer has all the words. */
export async function isAnswered(sql: Sql, question: Question): Promise<boolean> {
  const asked = askedOf(question, soughtOf(question).length);
  const { counted } = await look(sql, asked, { after: undefined, limit: 0, most: 1 });
  return counted > 0;
}

/** First those that have the words in the title, then in themes and translations, then anywhere. */
async function mostRelevant(
  sql: Sql,
  asked: Asked,
  { after, limit }: Page,
  most: number,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  // The newest of a rank has the key `rank * rankStep` at most.
  const first = after === undefined ? 0 : Math.ceil(after[0] / rankStep);
  for (let rank = first; rank < asked.has.length && found.length < limit; rank += 1) {
    const start = after && rank === first ? after[0] - rank * rankStep : undefined;
    const page = {
      after: after && start !== undefined ? ([start, after[1]] as const) : undefined,
      limit: limit - found.length,
    };
    // Many have the words, and no title or theme: the rest need not be looked at first.
    const isRest = rank === asked.has.length - 1 && found.length === 0;
    const here = ranked(asked, rank);
    const those = await (isRest ? latest(sql, here, page) : ofRank(sql, here, page, most));
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
  const few = await look(sql, asked, { ...page, most: most + 1 });
  return few.counted <= most ? few.found : await latest(sql, asked, page);
}

/** Looks near the centre, and further while that is not enough. */
async function closest(
  sql: Sql,
  question: Question,
  { least, ...page }: Page & { least: number },
): Promise<readonly Found[]> {
  const most = question.centre?.chord ?? 0;
  const reached = (page.after?.[0] ?? 0) / distanceStep;
  for (let chord = Math.max(most / 64, 1.5 * reached); ; chord *= 3) {
    const asked = askedOf(question, least, Math.min(chord, most));
    const { found } = await look(sql, asked, { ...page, most: 'all' });
    if (found.length === page.limit || chord >= most) return found;
  }
}
