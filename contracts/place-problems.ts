/** What the rules of places, stays and waiting lists refuse. */
import type { ProblemCatalogue, Text } from './problems.ts';
import type { resourceProblems } from './resource-problems.ts';

const says = (status: number, en: string, fr: string, detail?: Text) => ({
  status,
  title: { en, fr },
  ...(detail && { detail }),
});

export const placeProblems = {
  'no-place': says(409, 'There is no free place', 'Il n’y a plus de place libre'),
  'unit-unknown': says(422, 'The offer has no such unit', 'L’offre n’a pas ce logement'),
  'unit-taken': says(409, 'The unit is not vacant', 'Le logement n’est pas libre'),
  'unit-exists': says(409, 'Another unit has this label', 'Un autre logement porte ce nom'),
  'fewer-than-units': says(
    409,
    'More units have a name than there would be places',
    'Il y aurait moins de places que de logements nommés',
  ),
  'too-many': says(409, 'There are as many as there can be', 'Le nombre maximal est atteint'),
  'hold-too-long': says(
    422,
    'A place is held for seven days at most, and not in the past',
    'Une place est retenue sept jours au plus, et pas dans le passé',
  ),
  'period-reversed': says(422, 'It would end before it begins', 'La fin précéderait le début'),
  'occurred-in-future': says(
    422,
    'It cannot have happened in the future',
    'Cela ne peut pas s’être passé dans le futur',
  ),
  'before-it-began': says(
    422,
    'That day is before the stay began',
    'Ce jour précède le début du séjour',
  ),
  'beyond-maximum': says(
    409,
    'The stay would last longer than its policy allows: a coordinator may extend it',
    'Le séjour dépasserait la durée maximale : une coordination peut le prolonger',
  ),
  'renewal-not-due': says(
    409,
    'The stay is renewed when that is due, not before',
    'Le séjour se renouvelle à l’échéance, pas avant',
    {
      en: '`deadlines.renewableFrom` says from when.',
      fr: '`deadlines.renewableFrom` dit à partir de quand.',
    },
  ),
  'arrival-after': says(
    422,
    'What happened after the arrival would lie before it',
    'Ce qui a suivi l’arrivée la précéderait',
  ),
  'somebody-else-there': says(
    422,
    'Somebody else still lived in this place on that day',
    'Quelqu’un d’autre vivait encore dans cette place ce jour-là',
  ),
  'within-maximum': says(
    409,
    'The policy still allows a renewal',
    'La règle permet encore un renouvellement',
  ),
  'not-theirs-to-decide': says(
    422,
    'The policy leaves this decision to somebody else',
    'Selon la règle, cette décision revient à quelqu’un d’autre',
  ),
  'coordinator-only': says(
    403,
    'Only a coordinator may do this',
    'Seule une coordination peut le faire',
  ),
  'not-waiting': says(
    422,
    'This referral is not on the waiting list',
    'Cette orientation n’est pas sur la liste d’attente',
  ),
} as const satisfies ProblemCatalogue;

export type PlaceRefusalCode =
  | keyof typeof placeProblems
  | keyof typeof resourceProblems
  | 'not-found';
