/** The codes that an offer is described with: data·inclusion's, where it has them. */
import { z } from 'zod';
import { AssociationId } from './ids.ts';

export const OfferKind = z
  .enum([
    'service',
    'expertise',
    'equipment',
    'place',
    'workshop',
    'training_day',
    'immersion_day',
    'exchange_day',
    'svp_answer',
  ])
  .meta({ id: 'OfferKind' });
export type OfferKind = z.infer<typeof OfferKind>;

/** For whom: the codes of data·inclusion (schema v1, `publics`). */
export const Public = z
  .enum([
    'actifs',
    'beneficiaires-des-minimas-sociaux',
    'demandeurs-emploi',
    'etudiants',
    'familles',
    'femmes',
    'jeunes',
    'personnes-en-situation-de-handicap',
    'personnes-en-situation-durgence',
    'personnes-en-situation-juridique-specifique',
    'personnes-exilees',
    'residents-qpv-frr',
    'seniors',
    'tous-publics',
  ])
  .meta({ id: 'Public' });
export type Public = z.infer<typeof Public>;

/** What kind of help: data·inclusion's `type`. */
export const ServiceType = z.enum([
  'accompagnement',
  'aide-financiere',
  'aide-materielle',
  'atelier',
  'formation',
  'information',
]);
/** data·inclusion's `modes_accueil`. */
export const ReceptionMode = z.enum(['a-distance', 'en-presentiel']);
/** How one asks for it: data·inclusion's `modes_mobilisation`. */
export const MobilisationMode = z.enum([
  'envoyer-un-courriel',
  'se-presenter',
  'telephoner',
  'utiliser-lien-mobilisation',
]);
/** Who may ask for it: data·inclusion's `mobilisable_par`. */
export const Mobiliser = z.enum(['usagers', 'professionnels']);

/** data·inclusion's `frais`. */
export const Fee = z.enum(['gratuit', 'payant']);

/** A commune, an EPCI (SIREN), a department or a region, by its code; `france` for the whole country. */
export const ZoneCode = z.string().regex(/^(?:\w{2,3}|\w{5}|\d{9}|france)$/);

/** Who finds it: everybody, members of the platform, or these associations alone (and the offering one). */
export const Visibility = z
  .discriminatedUnion('to', [
    z.strictObject({ to: z.literal('public') }),
    z.strictObject({ to: z.literal('network') }),
    z.strictObject({ to: z.literal('members'), members: z.array(AssociationId).min(1).max(200) }),
  ])
  .meta({ id: 'Visibility' });
export type Visibility = z.infer<typeof Visibility>;

export const OfferState = z.enum(['open', 'suspended', 'withdrawn']).meta({ id: 'OfferState' });
export type OfferState = z.infer<typeof OfferState>;
