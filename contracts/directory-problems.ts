/** What the rules of organisations, sites and offers refuse, beside resource-problems.ts. */
import type { ProblemCatalogue } from './problems.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const directoryProblems = {
  'not-your-entry': says(
    403,
    'Another association keeps this entry',
    'C’est une autre association qui tient cette fiche',
  ),
  'mirror-read-only': says(
    409,
    'It mirrors an outside source, and only its import changes it',
    'C’est le miroir d’une source extérieure : seul son import le modifie',
  ),
  'not-a-mirror': says(
    409,
    'It is written here, or mirrors another source',
    'La fiche est écrite ici, ou vient d’une autre source',
  ),
  'parent-unknown': says(
    422,
    'No organisation has the id of `parent`',
    'Aucune organisation n’a l’identifiant de `parent`',
  ),
  'parent-below': says(
    422,
    'The parent organisation is this one, or lies below it',
    'L’organisation mère est celle-ci, ou en dépend',
  ),
  'member-not-yours': says(
    422,
    'Only a member itself, or its coordinator, says which organisation it is',
    'Seul le membre lui-même, ou sa coordination, dit quelle organisation il est',
  ),
  'organisation-unknown': says(
    422,
    'Your association keeps no organisation of this id',
    'Votre association ne tient aucune organisation de cet identifiant',
  ),
  'site-unknown': says(422, 'No such site', 'Ce site n’existe pas'),
  'no-contact': says(409, 'There is no contact', 'Il n’y a pas de contact'),
} as const satisfies ProblemCatalogue;
export type DirectoryRefusalCode =
  | keyof typeof directoryProblems
  | 'not-found'
  | 'already-exists'
  | 'wrong-state';
