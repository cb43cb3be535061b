/** What the rules of series, sessions and registrations refuse. The code reaches the partner unchanged. */
import type { ProblemCatalogue } from './problems.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const sessionProblems = {
  'no-sessions-of-this-offer': says(
    409,
    'Offers of this kind do not take place at dates',
    'Les offres de ce type n’ont pas de dates',
  ),
  'offer-not-open': says(409, 'This offer is not open', 'Cette offre n’est pas ouverte'),
  'rule-not-understood': says(
    422,
    'This recurrence rule is not one of RFC 5545',
    'Cette règle de récurrence n’est pas une règle de la RFC 5545',
  ),
  'start-not-in-rule': says(
    422,
    'The first session is no date of its own rule',
    'La première séance n’est pas une date de sa propre règle',
  ),
  'no-date-left': says(
    422,
    '`except` removes every date: leave one, or end the series',
    '`except` retire toutes les dates : laissez-en une, ou mettez fin à la série',
  ),
  'no-such-local-time': says(
    422,
    'Clocks are put forward over this time: it does not exist',
    'Cette heure n’existe pas : les horloges la sautent',
  ),
  'too-many-sessions': says(
    422,
    'A series has at most 1,000 sessions within its rule',
    'Une série compte au plus 1 000 séances dans sa règle',
  ),
  'too-many-changes': says(
    409,
    'This series was changed too often: plan a new one',
    'Cette série a été modifiée trop souvent : planifiez-en une nouvelle',
  ),
  'in-the-past': says(
    409,
    'What took place is not changed any more',
    'Ce qui a eu lieu ne se modifie plus',
  ),
  'starts-before-change': says(
    422,
    'The new schedule begins before the change does',
    'Le nouveau calendrier commence avant la modification',
  ),
  'not-on-schedule': says(
    409,
    'No session begins then any more',
    'Aucune séance ne commence plus à ce moment',
  ),
  'session-cancelled': says(409, 'This session is cancelled', 'Cette séance est annulée'),
  'registration-not-open-yet': says(
    409,
    'Registration has not opened yet',
    'Les inscriptions ne sont pas encore ouvertes',
  ),
  'registration-closed': says(409, 'Registration is closed', 'Les inscriptions sont closes'),
  'session-full': says(
    409,
    'No seat is left, and there is no waiting list',
    'Il ne reste aucune place, et il n’y a pas de liste d’attente',
  ),
  'waiting-list-full': says(409, 'The waiting list is full', 'La liste d’attente est pleine'),
  'already-registered': says(409, 'Registered already', 'Déjà inscrit ou inscrite'),
  'persons-not-here': says(
    403,
    'Persons accompanied are registered between associations only',
    'Les personnes accompagnées ne sont inscrites qu’entre associations',
  ),
  'registration-not-found': says(404, 'Not found', 'Introuvable'),
  'wrong-registration-state': says(
    409,
    'Not possible in the present state of this registration',
    'Impossible dans l’état présent de cette inscription',
  ),
  'not-started': says(409, 'The session has not begun', 'La séance n’a pas commencé'),
  'occurred-in-future': says(
    422,
    'It cannot have happened in the future',
    'Cela ne peut pas s’être passé dans le futur',
  ),
  'too-many-feeds': says(
    409,
    'This association has too many calendar addresses open',
    'Cette association a trop d’adresses de calendrier ouvertes',
  ),
} as const satisfies ProblemCatalogue;

export type SessionRefusalCode =
  | keyof typeof sessionProblems
  | 'not-found'
  | 'not-your-offer'
  | 'site-unknown'
  | 'already-exists'
  | 'wrong-state';
