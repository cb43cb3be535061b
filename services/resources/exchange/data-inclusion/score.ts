/**
 * `score_qualite` of a data·inclusion service: how useful it is to who looks for help, 0 to 1. The rule is that of the
 * schema's own project (gip-inclusion/data-inclusion-schema, `score_qualite`), with the field names of schema v1: the
 * mean of the criteria that apply, each between 0 and 1, to two decimals.
 */
export function qualityScore(service: Scored, today: Date): number {
  const criteria = [
    needed(
      service.modes_accueil?.includes('en-presentiel') || reachedBy(service, 'se-presenter'),
      service.adresse,
    ),
    has(service.modes_mobilisation),
    has(service.publics),
    has(service.thematiques),
    has(service.courriel ?? service.telephone ?? service.lien_mobilisation),
    needed(reachedBy(service, 'envoyer-un-courriel'), service.courriel),
    needed(reachedBy(service, 'telephoner'), service.telephone),
    freshness(service.date_maj, today),
    cost(service),
    between(200, 400, service.description.length),
  ].filter((criterion) => criterion !== undefined);
  const sum = criteria.reduce((total, criterion) => total + criterion, 0);
  return Math.round((sum / criteria.length) * 100) / 100;
}

export type Scored = {
  readonly description: string;
  readonly date_maj: string;
  readonly adresse?: string | null;
  readonly courriel?: string | null;
  readonly telephone?: string | null;
  readonly lien_mobilisation?: string | null;
  readonly frais?: string | null;
  readonly frais_precisions?: string | null;
  readonly thematiques?: readonly string[] | null;
  readonly publics?: readonly string[] | null;
  readonly modes_accueil?: readonly string[] | null;
  readonly modes_mobilisation?: readonly string[] | null;
};

const has = (value: string | readonly string[] | null | undefined): number =>
  value === null || value === undefined || value.length === 0 ? 0 : 1;

/** Undefined where the criterion does not apply. */
const needed = (
  applies: boolean | undefined,
  value: string | null | undefined,
): number | undefined => (applies ? has(value) : undefined);

const reachedBy = ({ modes_mobilisation: modes }: Scored, mode: string): boolean =>
  modes?.includes(mode) ?? false;

/** Full marks at `high`, none below `low`, and evenly between them. */
const between = (low: number, high: number, value: number): number =>
  Math.min(1, Math.max(0, (value - low) / (high - low)));

const dayMs = 24 * 60 * 60 * 1_000;

/** Full marks for half a year, none after two. */
function freshness(day: string, today: Date): number {
  const age = (today.getTime() - Date.parse(day)) / dayMs;
  return between(-730, -182.5, -age);
}

function cost({ frais, frais_precisions: detail }: Scored): number {
  if (frais === 'payant') return has(detail) === 1 ? 1 : 0.5;
  return has(frais);
}
