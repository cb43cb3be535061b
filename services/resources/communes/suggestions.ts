import type { Commune, Communes } from './communes.ts';
import { plainName, withoutArticle } from './names.ts';

/**
 * Communes for what somebody has typed so far: of digits the postal codes that
 * begin with it, then INSEE codes; of a name those that are called so,
 * then those that begin so, then those with a word that does. Within each, the most populous first.
 */
export function suggestions(
  communes: Communes,
  typed: string,
  { department, limit }: { readonly department?: string | undefined; readonly limit: number },
): Commune[] {
  const plain = plainName(typed);
  if (plain === '') return [];
  const rank = /^\d/.test(plain)
    ? codeRank(plain.toUpperCase(), communes.find(plain.toUpperCase()))
    : nameRank(communes, withoutArticle(plain));
  const ranked: Commune[][] = [[], [], []];
  for (const commune of communes.all) {
    if (department !== undefined && commune.department !== department) continue;
    const at = rank(commune);
    if (at !== undefined) ranked[at]?.push(commune);
    if (ranked[0] !== undefined && ranked[0].length >= limit) break;
  }
  return ranked.flat().slice(0, limit);
}

type Rank = (commune: Commune) => 0 | 1 | 2 | undefined;

const codeRank =
  (code: string, exact: Commune | undefined): Rank =>
  (commune) => {
    if (commune.postalCodes.some((postal) => postal.startsWith(code))) return 0;
    if (commune === exact) return 1;
    return commune.code.startsWith(code) ? 2 : undefined;
  };

function nameRank(communes: Communes, wanted: string): Rank {
  const inside = ` ${wanted}`;
  return (commune) => {
    let best: 1 | 2 | undefined;
    for (const name of communes.namesOf(commune)) {
      if (name === wanted) return 0;
      if (name.startsWith(wanted)) best = 1;
      else if (name.includes(inside)) best ??= 2;
    }
    return best;
  };
}
