/** What fits a need or a question best, and why. Pure: the same candidates in any order give the same answer. */
import type { Coordinates } from '@relais/contracts/directory';
import { distanceKm } from '../communes/distance.ts';

export type Wanted = {
  readonly themes: readonly string[];
  readonly at: Coordinates | null;
  /** Codes of every zone around it; null where no place is named. */
  readonly zones: readonly string[] | null;
  readonly publics: readonly string[];
  readonly languages: readonly string[];
  readonly when: { readonly from: string; readonly until: string } | null;
  /** Whose time is over before this day is asked no more, whenever it is wanted. */
  readonly today: string;
};
export type Load = { readonly open: number; readonly recentHours: number };
export type Candidate = {
  readonly kind: 'offer' | 'skill';
  readonly id: string;
  readonly association: string;
  readonly title: string;
  readonly themes: readonly string[];
  readonly publics: readonly string[];
  readonly languages: readonly string[];
  readonly at: Coordinates | null;
  readonly radiusKm: number | null;
  /** Where it is to be had; none for everywhere. */
  readonly zones: readonly string[];
  readonly available: { readonly from: string | null; readonly until: string | null };
  readonly endorsements: number;
  readonly load: Load;
};
export type Reason = {
  readonly code: 'themes' | 'near' | 'language' | 'public' | 'endorsed' | 'available' | 'load';
  readonly points: number;
};
export type Match = {
  readonly candidate: Candidate;
  readonly score: number;
  readonly reasons: Reason[];
  readonly distanceKm: number | null;
};

const share = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => others.includes(one));

/**
 * An association that already gives much is asked later, and never gains by being busier. Without a bound: at one, all
 * that is asked would go to whoever is first among the busy.
 */
const loadPoints = ({ open, recentHours }: Load): number => 0 - 5 * open - Math.round(recentHours);

const isElsewhere = (
  { radiusKm, zones }: Candidate,
  { zones: wanted }: Wanted,
  distance: number | null,
): boolean =>
  (distance !== null && radiusKm !== null && distance > radiusKm) ||
  (wanted !== null && zones.length > 0 && !share(zones, wanted));

const isAway = ({ available }: Candidate, { when, today }: Wanted): boolean =>
  (when !== null && available.from !== null && available.from > when.until) ||
  (available.until !== null &&
    (available.until < today || (when !== null && available.until < when.from)));

function isForOthers({ publics }: Candidate, wanted: Wanted): boolean {
  const isForAll = publics.length === 0 || publics.includes('tous-publics');
  return wanted.publics.length > 0 && !isForAll && !share(publics, wanted.publics);
}

function matchOf(wanted: Wanted, candidate: Candidate): Match | undefined {
  const common = wanted.themes.filter((theme) => candidate.themes.includes(theme)).length;
  const distance =
    wanted.at === null || candidate.at === null ? null : distanceKm(wanted.at, candidate.at);
  if (common === 0 || isElsewhere(candidate, wanted, distance)) return undefined;
  if (isAway(candidate, wanted) || isForOthers(candidate, wanted)) return undefined;
  const near = distance === null ? 0 : Math.round(20 * Math.max(0, 1 - distance / 100));
  const reasons: Reason[] = [
    { code: 'themes', points: Math.round((40 * common) / wanted.themes.length) },
    { code: 'near', points: near },
    { code: 'language', points: share(candidate.languages, wanted.languages) ? 10 : 0 },
    { code: 'public', points: share(candidate.publics, wanted.publics) ? 10 : 0 },
    { code: 'endorsed', points: 2 * Math.min(5, candidate.endorsements) },
    { code: 'available', points: wanted.when !== null ? 10 : 0 },
    { code: 'load', points: loadPoints(candidate.load) },
  ];
  const score = reasons.reduce((sum, { points }) => sum + points, 0);
  const told = reasons.filter(({ points }) => points !== 0);
  return { candidate, score, reasons: told, distanceKm: distance };
}

/** Best first; among equals who carries less, then by id, so that the order never depends on chance. */
export const ranked = (wanted: Wanted, candidates: readonly Candidate[]): Match[] =>
  candidates
    .map((candidate) => matchOf(wanted, candidate))
    .filter((match) => match !== undefined)
    .sort(
      (one, other) =>
        other.score - one.score ||
        loadPoints(other.candidate.load) - loadPoints(one.candidate.load) ||
        (one.candidate.id < other.candidate.id ? -1 : 1),
    );
