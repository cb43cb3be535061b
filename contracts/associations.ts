/**
 * Associations as every service knows them: public facts only, never a person's. Written by services/identity.
 * Event schemas are storage formats. Never edit one that has shipped: add a `.v2` and an upcaster beside it.
 */
import { type ZodType, z } from 'zod';
import { registerAssociation } from './examples.ts';
import { AssociationId } from './ids.ts';
import type { ProblemCatalogue } from './problems.ts';
import { Theme } from './themes.ts';

/** Unions and parties belong to networks and never see a case. */
export const AssociationKind = z.enum(['association', 'union', 'party', 'institution']);
export type AssociationKind = z.infer<typeof AssociationKind>;

/** Code officiel géographique of a commune (INSEE): five characters, Corsica with its letter. */
export const CommuneCode = z.string().regex(/^(?:\d{5}|2[AB]\d{3})$/);
export type CommuneCode = z.infer<typeof CommuneCode>;

/** BCP 47: `fr`, `ps`, `zh-Hant`. */
export const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/);
export type LanguageTag = z.infer<typeof LanguageTag>;

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u);

/** What an association tells about itself. No commune means no territorial limit; no language means French. */
export const AssociationProfile = z
  .strictObject({
    name,
    kind: AssociationKind,
    themes: z.array(Theme).max(69),
    communes: z.array(CommuneCode).max(2000),
    acceptsOpenReferrals: z.boolean(),
    languages: z.array(LanguageTag).max(50),
  })
  .meta({ id: 'AssociationProfile' });
export type AssociationProfile = z.infer<typeof AssociationProfile>;

/** The facts as events keep them. `carrier`: it carries the platform, and its administrators manage everyone's rights. */
const facts = {
  association: AssociationId,
  name: z.string().min(1).max(200),
  kind: AssociationKind,
  themes: z.array(z.string().regex(/^[a-z0-9-]+$/)),
  communes: z.array(CommuneCode),
  acceptsOpenReferrals: z.boolean(),
  languages: z.array(LanguageTag),
};

export const AssociationRegisteredV1 = z.object({ ...facts, carrier: z.boolean() });
/** The whole profile as it stands from now on. */
export const AssociationChangedV1 = z.object(facts);
/** It left the platform: its clients get no tokens any more, its history stays. */
export const AssociationLeftV1 = z.object({ association: AssociationId });

/** Events of `association-<uuid>`. */
export type AssociationEvent =
  | {
      readonly type: 'association-registered.v1';
      readonly data: z.infer<typeof AssociationRegisteredV1>;
    }
  | { readonly type: 'association-changed.v1'; readonly data: z.infer<typeof AssociationChangedV1> }
  | { readonly type: 'association-left.v1'; readonly data: z.infer<typeof AssociationLeftV1> };

/** The `EventContract` of `association-<uuid>`. */
export const associationEvents: {
  readonly schemas: { readonly [type in AssociationEvent['type']]: ZodType };
  readonly upcasters: Record<never, never>;
  readonly current?: AssociationEvent;
} = {
  schemas: {
    'association-registered.v1': AssociationRegisteredV1,
    'association-changed.v1': AssociationChangedV1,
    'association-left.v1': AssociationLeftV1,
  },
  upcasters: {},
};

/** `POST /v1/associations`. `id` keeps the same one across platforms; without it the platform gives one. */
export const RegisterAssociation = AssociationProfile.extend({
  id: AssociationId.optional(),
}).meta({ id: 'RegisterAssociation', examples: [registerAssociation] });
export type RegisterAssociation = z.infer<typeof RegisterAssociation>;

/** `POST /v1/associations/:id/change`: the whole profile, not a part of it. */
export const ChangeAssociation = AssociationProfile.meta({ id: 'ChangeAssociation' });
export type ChangeAssociation = z.infer<typeof ChangeAssociation>;

export const AssociationState = z.enum(['member', 'left']);
export type AssociationState = z.infer<typeof AssociationState>;

export const AssociationView = z
  .object({
    id: AssociationId,
    state: AssociationState,
    revision: z.string().regex(/^\d+$/),
    carrier: z.boolean(),
    name: z.string(),
    kind: AssociationKind,
    themes: z.array(z.string()),
    communes: z.array(CommuneCode),
    acceptsOpenReferrals: z.boolean(),
    languages: z.array(LanguageTag),
    registeredAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({ id: 'Association' });
export type AssociationView = z.infer<typeof AssociationView>;

export const associationProblems = {
  'association-exists': {
    status: 409,
    title: {
      en: 'This association is registered already',
      fr: 'Cette association est déjà inscrite',
    },
  },
  'association-unknown': {
    status: 409,
    title: { en: 'No such association', fr: 'Cette association n’existe pas' },
  },
  'association-left': {
    status: 409,
    title: {
      en: 'The association has left the platform',
      fr: 'L’association a quitté la plate-forme',
    },
  },
  'carrier-stays': {
    status: 409,
    title: {
      en: 'The association that carries the platform cannot leave it',
      fr: 'L’association porteuse ne peut pas quitter la plate-forme',
    },
  },
} as const satisfies ProblemCatalogue;
export type AssociationRefusalCode = keyof typeof associationProblems;
