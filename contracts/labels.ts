/** What a machine state is called for whom: sender, receiver and person do not read the same thing in it. */
import type { ReferralState } from './referrals.ts';

export type Reader = 'sender' | 'receiver' | 'person';
export type LabelLanguage = 'fr' | 'en';
type Label = { readonly [Language in LabelLanguage]: string };

const same = (fr: string, en: string) => ({
  sender: { fr, en },
  receiver: { fr, en },
  person: { fr, en },
});

export const stateLabels: {
  readonly [State in ReferralState]: { readonly [Who in Reader]: Label };
} = {
  draft: same('Brouillon', 'Draft'),
  sent: {
    sender: { fr: 'Envoyée, sans réponse', en: 'Sent, no answer yet' },
    receiver: { fr: 'Nouvelle', en: 'New' },
    person: { fr: 'Demande envoyée', en: 'Request sent' },
  },
  under_review: {
    sender: { fr: 'À l’étude', en: 'Under review' },
    receiver: { fr: 'À traiter', en: 'To decide' },
    person: { fr: 'Votre demande est étudiée', en: 'Your request is being looked at' },
  },
  info_requested: {
    sender: { fr: 'Complément demandé', en: 'Information requested from you' },
    receiver: { fr: 'En attente du prescripteur', en: 'Waiting for the sender' },
    person: { fr: 'Des informations manquent', en: 'Some information is missing' },
  },
  waitlisted: same('Sur liste d’attente', 'On the waiting list'),
  accepted: {
    sender: { fr: 'Acceptée', en: 'Accepted' },
    receiver: { fr: 'Acceptée, à commencer', en: 'Accepted, to start' },
    person: { fr: 'Votre demande est acceptée', en: 'Your request is accepted' },
  },
  in_progress: {
    sender: { fr: 'Prise en charge', en: 'In progress' },
    receiver: { fr: 'En cours', en: 'In progress' },
    person: { fr: 'L’accompagnement a commencé', en: 'Support has started' },
  },
  on_hold: same('En pause', 'On hold'),
  declined: {
    sender: { fr: 'Refusée', en: 'Declined' },
    receiver: { fr: 'Refusée', en: 'Declined' },
    person: { fr: 'Pas possible ici', en: 'Not possible here' },
  },
  withdrawn: {
    sender: { fr: 'Retirée', en: 'Withdrawn' },
    receiver: { fr: 'Retirée par le prescripteur', en: 'Withdrawn by the sender' },
    person: { fr: 'Demande retirée', en: 'Request withdrawn' },
  },
  redirected: same('Réorientée', 'Redirected'),
  expired: {
    sender: { fr: 'Restée sans réponse', en: 'Not answered' },
    receiver: { fr: 'Délai dépassé', en: 'Out of time' },
    person: { fr: 'Pas de réponse', en: 'No answer' },
  },
  cancelled: same('Annulée', 'Cancelled'),
  failed: {
    sender: { fr: 'Non aboutie', en: 'Did not succeed' },
    receiver: { fr: 'Non aboutie', en: 'Did not succeed' },
    person: { fr: 'N’a pas pu aboutir', en: 'Could not be completed' },
  },
  completed: same('Terminée', 'Completed'),
  closed: same('Close', 'Closed'),
  entered_in_error: same('Saisie par erreur', 'Entered in error'),
};

/** The label of a state for a reader; a coordinator reads it as the sender does. */
export const stateLabel = (
  state: ReferralState,
  reader: Reader | 'coordinator',
  language: LabelLanguage,
): string => stateLabels[state][reader === 'coordinator' ? 'sender' : reader][language];
