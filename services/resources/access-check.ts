/** The matrix and the fuzzer over a part of the interface: several files look at a part each, side by side. */
import { authorisationMatrix } from '@relais/http/authorisation-matrix';
import { fuzzRoutes } from '@relais/http/fuzz';
import type { Test } from 'tap';
import type { AccessProbe, AreaAccess } from './access-probe.ts';

/** By the first word of an address; what stands in none is the rest, so that no route is left out. */
const parts = {
  sessions: ['calendar-feeds', 'calendars', 'registrations', 'series', 'sessions'],
  expertise: ['answers', 'exchanges', 'hours', 'needs', 'publications', 'questions', 'skills'],
} as const;
type Part = keyof typeof parts | 'rest';

const partOf = (path: string): Part => {
  const word = path.replace(/^\/v1/, '').split('/')[1] ?? '';
  const found = Object.entries(parts).find(([, words]) =>
    (words as readonly string[]).includes(word),
  );
  return (found?.[0] as Part | undefined) ?? 'rest';
};

/** Each area says who may use its routes; together they say it of the whole part. */
export function checkAccess(
  t: Test,
  { app, tokens, tokenOf }: AccessProbe,
  part: Part,
  areas: readonly AreaAccess[],
): void {
  /** Samples of one name are those of all areas. */
  const samples: { [name: string]: unknown[] } = {};
  for (const [name, values] of areas.flatMap((area) => Object.entries(area.samples))) {
    samples[name] = [...(samples[name] ?? []), ...values];
  }
  const isMeant = (path: string) => partOf(path) === part;
  fuzzRoutes(t, { app, isMeant, token: (role) => tokenOf(role), samples, runs: 8 });
  authorisationMatrix(t, {
    ...{ app, isMeant, token: (role) => tokenOf(role), relations: tokens },
    table: Object.assign({}, ...areas.map(({ table }) => table)),
    async request(operation, relation) {
      const area = areas.find(({ table }) => Object.hasOwn(table, operation));
      if (area === undefined) throw new Error(`no area has ${operation}`);
      return area.request(operation, relation);
    },
  });
}
