/**
 * Why something was refused, withdrawn, held or how it ended. Bodies take the codes in use; events keep any code
 * ever used, so a retired one (`retired: true`) stays readable and has a label for ever.
 */
import { z } from 'zod';

type Reason = { readonly fr: string; readonly en: string; readonly retired?: true };
type Reasons = { readonly [code: string]: Reason };

export const receiverReasons = {
  not_eligible: { fr: 'Ne remplit pas les conditions', en: 'Not eligible' },
  no_capacity: { fr: 'Plus de capacité', en: 'No capacity' },
  out_of_area: { fr: 'Hors du territoire', en: 'Out of area' },
  documents_missing: { fr: 'Pièces manquantes', en: 'Documents missing' },
  insufficient_information: {
    fr: 'Informations insuffisantes',
    en: 'Insufficient information',
  },
  duplicate: { fr: 'Doublon', en: 'Duplicate' },
  place_no_longer_available: {
    fr: "La place n'est plus disponible",
    en: 'Place no longer available',
  },
  already_served_elsewhere: { fr: 'Déjà suivi ailleurs', en: 'Already served elsewhere' },
  needs_incompatible: { fr: "Besoins incompatibles avec l'offre", en: 'Needs incompatible' },
  safety_risk: { fr: 'Risque pour la sécurité', en: 'Safety risk' },
  sent_in_error: { fr: 'Envoyée par erreur', en: 'Sent in error' },
  other: { fr: 'Autre motif', en: 'Other' },
} as const satisfies Reasons;

export const personReasons = {
  not_interested: { fr: "N'est pas intéressée", en: 'Not interested' },
  in_employment: { fr: 'En emploi', en: 'In employment' },
  in_training: { fr: 'En formation', en: 'In training' },
  not_mobile: { fr: 'Sans moyen de se déplacer', en: 'Not mobile' },
  refused_offer: { fr: "A refusé l'offre", en: 'Refused the offer' },
  no_longer_needed: { fr: "N'en a plus besoin", en: 'No longer needed' },
} as const satisfies Reasons;

export const notReachedReasons = {
  unreachable: { fr: 'Injoignable', en: 'Unreachable' },
  no_show: { fr: 'Ne s’est pas présentée', en: 'No show' },
} as const satisfies Reasons;

export const withdrawalReasons = {
  consent_withdrawn: { fr: 'Consentement retiré', en: 'Consent withdrawn' },
  consent_lapsed: {
    fr: 'Plus couverte par un consentement',
    en: 'No longer covered by consent',
  },
  situation_changed: { fr: 'La situation a changé', en: 'Situation changed' },
  placed_elsewhere: { fr: 'Place trouvée ailleurs', en: 'Placed elsewhere' },
} as const satisfies Reasons;

export const holdReasons = {
  waiting_documents: { fr: 'En attente de pièces', en: 'Waiting for documents' },
  waiting_third_party: { fr: "En attente d'un tiers", en: 'Waiting for a third party' },
  person_unavailable: { fr: 'Personne indisponible', en: 'Person unavailable' },
  no_capacity: receiverReasons.no_capacity,
} as const satisfies Reasons;

export const outcomes = {
  helped: { fr: 'Aidée', en: 'Helped' },
  partly_helped: { fr: 'Aidée en partie', en: 'Partly helped' },
  advice_only: { fr: 'Conseil seulement', en: 'Advice only' },
  referred_elsewhere: { fr: 'Orientée ailleurs', en: 'Referred elsewhere' },
  not_helped: { fr: 'Sans aide', en: 'Not helped' },
  unreachable: notReachedReasons.unreachable,
} as const satisfies Reasons;

export const archiveReasons = {
  support_ended: { fr: 'Fin de l’accompagnement', en: 'Support ended' },
  moved_away: { fr: 'A quitté le territoire', en: 'Moved away' },
  handed_over: { fr: 'Dossier transmis', en: 'Handed over' },
  unreachable: notReachedReasons.unreachable,
  duplicate: receiverReasons.duplicate,
  deceased: { fr: 'Décès', en: 'Deceased' },
  other: receiverReasons.other,
} as const satisfies Reasons;

const declineReasons = { ...receiverReasons, ...personReasons, ...notReachedReasons };
const endReasons = { ...declineReasons, ...withdrawalReasons };

/** Refines a body: what only the receiver can have as a reason is not the person's, nor the other way round. */
export function ofWhom(
  who: 'person' | 'receiver' | 'sender',
  reason: string,
  context: z.core.$RefinementCtx,
): void {
  const isReceivers = reason in receiverReasons || reason in notReachedReasons;
  if (who === 'person' && isReceivers && reason !== 'other') add(notThePersons);
  if (who === 'receiver' && reason in personReasons) add(thePersons);

  function add(params: typeof thePersons): void {
    context.addIssue({ code: 'custom', path: ['reason'], params, input: reason });
  }
}
const notThePersons = {
  code: 'reason-of-the-receiver',
  en: 'No reason of a person’s: name one of those (`GET /v1/reason-codes`), `other`, or who else it was.',
  fr: 'Pas un motif de personne : nommez-en un (`GET /v1/reason-codes`), `other`, ou qui d’autre c’était.',
};
const thePersons = {
  code: 'reason-of-the-person',
  en: 'This is a reason of the person’s: with it, `declinedBy` is `person`.',
  fr: 'C’est un motif de la personne : `declinedBy` est alors `person`.',
};

export const DeclineReason = inUse(declineReasons);
export type DeclineReason = z.infer<typeof DeclineReason>;
export const WithdrawalReason = inUse(withdrawalReasons);
export type WithdrawalReason = z.infer<typeof WithdrawalReason>;
export const HoldReason = inUse(holdReasons);
export type HoldReason = z.infer<typeof HoldReason>;
export const Outcome = inUse(outcomes);
export type Outcome = z.infer<typeof Outcome>;
/** Why an accepted referral failed or was cancelled: anything that ends one. */
export const EndReason = inUse(endReasons);
export type EndReason = z.infer<typeof EndReason>;
export const ArchiveReason = inUse(archiveReasons);
export type ArchiveReason = z.infer<typeof ArchiveReason>;

/** The label of any code ever used, retired ones included; the code itself where none is known. */
export function reasonLabel(code: string, language: 'fr' | 'en'): string {
  const all: Reasons = { ...endReasons, ...holdReasons, ...outcomes, ...archiveReasons };
  return Object.hasOwn(all, code) ? (all[code]?.[language] ?? code) : code;
}

function inUse<Table extends Reasons>(table: Table) {
  const codes = Object.keys(table).filter((code) => table[code]?.retired !== true);
  return z.enum(codes as (keyof Table & string)[]);
}
