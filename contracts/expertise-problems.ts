/** What the rules of exchanges, needs, skills, questions and publications refuse. The code reaches the partner unchanged. */
import type { ProblemCatalogue } from './problems.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const exchangeProblems = {
  'provider-unknown': says(
    422,
    'No such association that works with cases',
    'Aucune association de ce nom n’accompagne de personnes',
  ),
  'own-association': says(
    422,
    'Not of one’s own association',
    'Pas auprès de sa propre association',
  ),
  'offer-unknown': says(
    422,
    'This association has no such offer',
    'Cette association n’a pas cette offre',
  ),
  'offer-closed': says(409, 'The offer is not open', 'L’offre n’est pas ouverte'),
  'skill-unknown': says(
    422,
    'This association has no such skill',
    'Cette association n’a pas cette compétence',
  ),
  'need-unknown': says(422, 'No such need of yours', 'Ce besoin n’est pas l’un des vôtres'),
  'need-closed': says(409, 'The need is not open any more', 'Le besoin n’est plus ouvert'),
  'hours-reported': says(
    409,
    'The other side has reported hours: report yours, and a coordinator settles a difference',
    'L’autre partie a déclaré des heures : déclarez les vôtres, une coordination tranche s’il le faut',
  ),
  'window-too-late': says(
    422,
    'Hours are asked for within two years',
    'Des heures se demandent pour les deux ans à venir',
  ),
  'own-dispute': says(
    403,
    'Not by a coordinator of one of the two sides',
    'Pas par la coordination de l’une des deux parties',
  ),
} as const satisfies ProblemCatalogue;

/** Of skills, needs and questions. */
export const expertiseProblems = {
  'not-endorsed': says(
    409,
    'Your association does not vouch for it',
    'Votre association ne la recommande pas',
  ),
  'exchange-unknown': says(
    422,
    'No such exchange of hours for this need',
    'Ce besoin n’a pas cet échange d’heures',
  ),
  'exchange-not-agreed': says(
    409,
    'The hours were not agreed, or were called off',
    'Les heures n’ont pas été convenues, ou ont été annulées',
  ),
  'own-question': says(
    422,
    'Not to the association that asks',
    'Pas à l’association qui pose la question',
  ),
  'receiver-unknown': says(
    422,
    'No such association that works with cases',
    'Aucune association de ce nom n’accompagne de personnes',
  ),
  'answer-by-out-of-range': says(
    422,
    'An answer is wanted later than now and within 90 days',
    'Une réponse se demande pour plus tard que maintenant et sous 90 jours',
  ),
  'not-published': says(409, 'It is not published', 'Elle n’est pas publiée'),
} as const satisfies ProblemCatalogue;
