const range = /^\s*([\w!#$&^.+-]+|\*)(?:\/([\w!#$&^.+-]+|\*))?\s*(?:;(.*))?$/;

/**
 * Whether Accept (RFC 9110 §12.5.1) takes one of these media types: of the ranges that fit a type the most specific one
 * decides, and `q=0` is a no. Without the header, or with an empty one, every type is taken.
 */
export function accepts(header: string | undefined, types: readonly string[]): boolean {
  if (header === undefined || header.trim() === '') return true;
  const ranges = header.slice(0, 2_000).toLowerCase().split(',').flatMap(parse);
  return types.some((type) => {
    const fitting = ranges.filter(({ fits }) => fits(type));
    const best = Math.max(...fitting.map(({ rank }) => rank));
    return fitting.some(({ rank, quality }) => rank === best && quality > 0);
  });
}

type Range = {
  readonly fits: (type: string) => boolean;
  readonly rank: number;
  readonly quality: number;
};

/** A lone `*` is no range, but what some clients have always sent. */
function parse(text: string): Range[] {
  const [matched, type = '', subtype = '*', parameters = ''] = range.exec(text) ?? [];
  if (matched === undefined || (type === '*' && subtype !== '*')) return [];
  const quality = Number(/(?:^|;)\s*q\s*=\s*([\d.]+)/.exec(parameters)?.[1] ?? 1);
  if (type === '*') return [{ fits: () => true, rank: 0, quality }];
  if (subtype === '*') return [{ fits: (one) => one.startsWith(`${type}/`), rank: 1, quality }];
  return [{ fits: (one) => one === `${type}/${subtype}`, rank: 2, quality }];
}
