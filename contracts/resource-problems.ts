/** What the rules of the resources service refuse. The code reaches the partner unchanged. */
import type { ProblemCatalogue } from './problems.ts';
import { caseProblems } from './refusals.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const resourceProblems = {
  'already-exists': says(409, 'It exists already', 'Existe déjà'),
  'wrong-state': says(409, 'Not possible in the present state', 'Impossible dans l’état présent'),
  'not-your-offer': says(
    403,
    'Another association offers this',
    'C’est une autre association qui propose cette offre',
  ),
  'places-not-counted': says(
    409,
    'The places of this offer are not counted',
    'Les places de cette offre ne sont pas comptées',
  ),
  'person-forgotten': caseProblems['person-forgotten'],
} as const satisfies ProblemCatalogue;
export type ResourceRefusalCode = keyof typeof resourceProblems | 'not-found';
