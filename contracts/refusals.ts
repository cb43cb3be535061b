/**
 * What the rules of cases, consents, referrals, handovers and merges refuse. The code reaches the partner
 * unchanged; `not-found` also hides what the caller has no part in (its text is in http-problems.ts).
 */
import type { CaseId } from './ids.ts';
import type { ProblemCatalogue } from './problems.ts';
import type { Category } from './sealed.ts';

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });
const whereMerged = {
  en: 'The case goes on as `mergedInto`, named to its owner and coordinators. If another association has that one, ask for it with `POST /v1/handovers/ask`, or have the merge undone.',
  fr: 'Le suivi continue dans le dossier `mergedInto`, indiqué à son association et à la coordination. Si une autre association le suit, demandez-le par `POST /v1/handovers/ask`, ou faites défaire la fusion.',
};

/** Refused by more than one aggregate. */
export const sharedProblems = {
  'wrong-state': says(409, 'Not possible in the present state', 'Impossible dans l’état présent'),
  'already-exists': says(409, 'It exists already', 'Existe déjà'),
  'not-your-part': says(
    403,
    'This is for another party to do',
    'C’est à une autre partie de le faire',
  ),
  'occurred-in-future': says(
    422,
    'It cannot have happened in the future',
    'Cela ne peut pas s’être passé dans le futur',
  ),
} as const satisfies ProblemCatalogue;

export const caseProblems = {
  'person-unknown': says(422, 'No such person in the case', 'Personne absente du dossier'),
  'person-forgotten': says(409, 'The person was forgotten', 'La personne a été oubliée'),
  'one-main-person': says(
    422,
    'A case has exactly one main person, and a person’s case no other',
    'Un dossier a exactement une personne principale, et celui d’une personne aucune autre',
  ),
  'goal-unknown': says(422, 'No such goal in the case', 'Objectif absent du dossier'),
  'vulnerability-unknown': says(
    422,
    'No such vulnerability in the case',
    'Vulnérabilité absente du dossier',
  ),
  'vulnerability-ended': says(409, 'The vulnerability has ended', 'La vulnérabilité a pris fin'),
  'case-merged': {
    ...says(409, 'The case was merged into another', 'Le dossier a été fusionné dans un autre'),
    detail: whereMerged,
  },
  'break-glass-too-long': says(
    422,
    'Break-glass access ends within 24 hours, and not in the past',
    'L’accès exceptionnel finit dans les 24 heures, et pas dans le passé',
  ),
  'owner-changed': says(409, 'The case has another owner now', 'Le dossier a changé de main'),
  'already-merged': says(
    409,
    'One of the cases is merged already',
    'L’un des dossiers est déjà fusionné',
  ),
} as const satisfies ProblemCatalogue;

export const consentProblems = {
  'consent-unknown': says(422, 'No such consent in the case', 'Consentement absent du dossier'),
  'exception-unknown': says(422, 'No such exception in the case', 'Exception absente du dossier'),
  'no-recipient': says(422, 'Nobody would receive anything', 'Personne ne recevrait rien'),
  'withheld-and-given': says(
    422,
    'A category is both given and withheld',
    'Une catégorie est à la fois donnée et retenue',
  ),
  'validity-reversed': says(422, 'It would end before it starts', 'La fin précéderait le début'),
  'exception-too-long': says(
    422,
    'An exception ends within 90 days, and not in the past',
    'Une exception finit dans les 90 jours, et pas dans le passé',
  ),
} as const satisfies ProblemCatalogue;

export const referralProblems = {
  'not-in-your-care': says(
    403,
    'The case is not in your care',
    'Le dossier n’est pas suivi par votre association',
  ),
  'case-archived': says(409, 'The case is archived', 'Le dossier est archivé'),
  'case-merged': caseProblems['case-merged'],
  'person-unknown': caseProblems['person-unknown'],
  'association-unknown': says(
    422,
    'No association of this id works with cases here',
    'Aucune association de cet identifiant ne suit de dossiers ici',
  ),
  'offer-unknown': says(422, 'No such offer', 'Cette offre n’existe pas'),
  'offer-closed': says(409, 'The offer is not open', 'L’offre n’est pas ouverte'),
  'consent-missing': says(
    409,
    'No live consent or exception covers this sharing',
    'Aucun consentement ni exception en cours ne couvre ce partage',
  ),
  'shared-not-asked': says(
    422,
    'More would be shared than the categories named',
    'Plus serait partagé que les catégories nommées',
  ),
  'already-claimed': says(
    409,
    'Another association claimed it first',
    'Une autre association l’a prise avant',
  ),
  'claim-first': says(409, 'Claim the referral first', 'L’orientation est à prendre d’abord'),
  'not-eligible': says(
    403,
    'Your association is not eligible',
    'Votre association n’y a pas droit',
  ),
  'no-waiting-list': says(
    409,
    'The offer has no waiting list',
    'L’offre n’a pas de liste d’attente',
  ),
  'date-passed': says(422, 'The date lies in the past', 'La date est passée'),
  'place-pending': says(409, 'A place is being reserved', 'Une place est en cours de réservation'),
  'same-target': says(
    422,
    'It would be redirected to where it is',
    'L’orientation resterait où elle est',
  ),
  'person-must-ask': says(
    403,
    'Only on the person’s request',
    'Seulement à la demande de la personne',
  ),
  'cancellation-requested': says(
    409,
    'Cancellation was asked for already',
    'L’annulation est déjà demandée',
  ),
  'cancellation-not-requested': says(
    409,
    'The sender did not ask for cancellation',
    'Le prescripteur n’a pas demandé l’annulation',
  ),
  'never-sent': says(409, 'It reached no association', 'Parvenue à aucune association'),
  'child-open': says(
    409,
    'The referral it was redirected to is still open',
    'L’orientation qui la suit est encore ouverte',
  ),
  'not-due': says(409, 'It is not due', 'L’échéance n’est pas atteinte'),
} as const satisfies ProblemCatalogue;

export const handoverProblems = {
  'association-unknown': referralProblems['association-unknown'],
  'owner-changed': caseProblems['owner-changed'],
  'case-archived': referralProblems['case-archived'],
  'case-merged': caseProblems['case-merged'],
  'to-the-owner': says(
    422,
    'The case is in this association’s care already',
    'Le dossier est déjà suivi par cette association',
  ),
  'own-initiative': says(
    403,
    'Nobody accepts what he initiated',
    'Nul n’accepte ce qu’il a lui-même demandé',
  ),
} as const satisfies ProblemCatalogue;

export const mergeProblems = {
  'same-case': says(422, 'A case does not merge with itself', 'Un dossier ne fusionne pas seul'),
  'already-merged': caseProblems['already-merged'],
  'person-forgotten': caseProblems['person-forgotten'],
} as const satisfies ProblemCatalogue;

export type SharedCode = keyof typeof sharedProblems | 'not-found';
export type CaseCode = SharedCode | keyof typeof caseProblems;
export type ConsentCode = SharedCode | keyof typeof consentProblems;
export type ReferralCode = SharedCode | keyof typeof referralProblems;
export type HandoverCode = SharedCode | keyof typeof handoverProblems;
export type MergeCode = SharedCode | keyof typeof mergeProblems;

/** A refusal as a value: its code, and on a conflict where things stand. */
export type Refusal<Code extends string> = {
  readonly code: Code;
  readonly state?: string;
  readonly allowedActions?: readonly string[];
  /** Categories that nothing covers. */
  readonly categories?: readonly Category[];
  /** The case that goes on, to who may know of it. */
  readonly mergedInto?: CaseId;
};
