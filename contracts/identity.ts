/**
 * Clients (the software of an association) and their rights. Written by services/identity, followed by every service.
 * Event schemas are storage formats. Never edit one that has shipped: add a `.v2` and an upcaster beside it.
 */
import { type ZodType, z } from 'zod';
import { AssociationId } from './ids.ts';
import type { ProblemCatalogue } from './problems.ts';

/** Also the OAuth `client_id` and the `sub` of its tokens. */
export const ClientId = z.uuid().toLowerCase().brand('ClientId');
export type ClientId = z.infer<typeof ClientId>;

export const Role = z.enum(['partner', 'coordinator', 'auditor', 'administrator']);
export type Role = z.infer<typeof Role>;

/** Services a token can be for; it names one as `urn:relais:<service>` (RFC 8707 resource, RFC 9068 aud). */
export const ServiceName = z.enum(['referrals', 'resources', 'coordination', 'audit', 'identity']);
export type ServiceName = z.infer<typeof ServiceName>;
export const Audience = z.templateLiteral(['urn:relais:', ServiceName]);
export type Audience = z.infer<typeof Audience>;

/** No access token is valid for longer. */
export const tokenSecondsMax = 300;
/** Associations that a coordinator's remit may name. */
export const remitMax = 50;

const Remit = z.array(AssociationId).max(remitMax);

/** Claims of an access token beyond those of RFC 9068. */
export const AccessTokenClaims = z.object({
  role: Role,
  association: AssociationId,
  remit: Remit.optional(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

const kid = z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/);
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A public key as JWK (RFC 7517, RFC 8037); strict, so that a private `d` is refused and never stored. */
export const PublicKey = z
  .discriminatedUnion('kty', [
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: coordinate,
      y: coordinate,
      kid,
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: coordinate,
      kid,
      /** RFC 9864 names the algorithm after its curve; RFC 8037's name is still the usual one. */
      alg: z.enum(['EdDSA', 'Ed25519']),
      use: z.literal('sig'),
    }),
  ])
  .meta({ id: 'PublicKey' });
export type PublicKey = z.infer<typeof PublicKey>;
/** Two keys let a client change one without an interruption; more are for several machines. */
const PublicKeys = z.array(PublicKey).min(1).max(5);

export const DisabledReason = z.enum([
  'key-compromised',
  'misuse',
  'replaced',
  'association-left',
  'other',
]);
export type DisabledReason = z.infer<typeof DisabledReason>;

export const ClientRegisteredV1 = z.object({
  client: ClientId,
  association: AssociationId,
  role: Role,
  remit: Remit,
  /** The software's name, never a person's. */
  label: z.string().min(1).max(200),
  keys: PublicKeys,
});
/** Tokens issued before this carry the old rights and are refused. */
export const ClientRightsChangedV1 = z.object({ client: ClientId, role: Role, remit: Remit });
export const ClientDisabledV1 = z.object({ client: ClientId, reason: DisabledReason });
export const ClientEnabledV1 = z.object({ client: ClientId });
/** The whole set from now on; tokens issued before this are refused, since a lost key is a usual reason. */
export const ClientKeysReplacedV1 = z.object({ client: ClientId, keys: PublicKeys });

/** Events of `client-<uuid>`. */
export type ClientEvent =
  | { readonly type: 'client-registered.v1'; readonly data: z.infer<typeof ClientRegisteredV1> }
  | {
      readonly type: 'client-rights-changed.v1';
      readonly data: z.infer<typeof ClientRightsChangedV1>;
    }
  | { readonly type: 'client-disabled.v1'; readonly data: z.infer<typeof ClientDisabledV1> }
  | { readonly type: 'client-enabled.v1'; readonly data: z.infer<typeof ClientEnabledV1> }
  | {
      readonly type: 'client-keys-replaced.v1';
      readonly data: z.infer<typeof ClientKeysReplacedV1>;
    };

/** The `EventContract` of `client-<uuid>`. */
export const clientEvents: {
  readonly schemas: { readonly [type in ClientEvent['type']]: ZodType };
  readonly upcasters: Record<never, never>;
  readonly current?: ClientEvent;
} = {
  schemas: {
    'client-registered.v1': ClientRegisteredV1,
    'client-rights-changed.v1': ClientRightsChangedV1,
    'client-disabled.v1': ClientDisabledV1,
    'client-enabled.v1': ClientEnabledV1,
    'client-keys-replaced.v1': ClientKeysReplacedV1,
  },
  upcasters: {},
};

const remit = Remit.default([]);

/** `POST /v1/clients`. The client makes its keys itself and keeps the private part. */
export const RegisterClient = z
  .strictObject({
    association: AssociationId,
    role: Role,
    remit,
    label: z
      .string()
      .min(1)
      .max(200)
      .regex(/^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u),
    keys: PublicKeys,
  })
  .meta({ id: 'RegisterClient' });
export type RegisterClient = z.infer<typeof RegisterClient>;

/** `POST /v1/clients/:id/rights`. */
export const ChangeRights = z.strictObject({ role: Role, remit }).meta({ id: 'ChangeRights' });
export type ChangeRights = z.infer<typeof ChangeRights>;

/** `POST /v1/clients/:id/disable`. */
export const DisableClient = z
  .strictObject({ reason: DisabledReason })
  .meta({ id: 'DisableClient' });
export type DisableClient = z.infer<typeof DisableClient>;

/** `POST /v1/clients/:id/keys`: the whole set. */
export const ReplaceKeys = z.strictObject({ keys: PublicKeys }).meta({ id: 'ReplaceKeys' });
export type ReplaceKeys = z.infer<typeof ReplaceKeys>;

export const ClientState = z.enum(['enabled', 'disabled']);
export type ClientState = z.infer<typeof ClientState>;

export const ClientView = z
  .object({
    id: ClientId,
    state: ClientState,
    revision: z.string().regex(/^\d+$/),
    association: AssociationId,
    role: Role,
    remit: z.array(AssociationId),
    label: z.string(),
    keys: z.array(PublicKey),
    disabledReason: DisabledReason.nullable(),
    registeredAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({ id: 'Client' });
export type ClientView = z.infer<typeof ClientView>;

const refusal = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const clientProblems = {
  'client-exists': refusal(409, 'This client is registered already', 'Ce client est déjà inscrit'),
  'client-unknown': refusal(404, 'No such client', 'Ce client n’existe pas'),
  'administrator-of-carrier-only': refusal(
    409,
    'Only the association that carries the platform has administrators',
    'Seule l’association porteuse a des administrateurs',
  ),
  'remit-of-coordinator-only': refusal(
    409,
    'Only a coordinator has a remit',
    'Seul un coordinateur a un périmètre',
  ),
  'key-ids-repeated': refusal(
    409,
    'Two keys have the same kid',
    'Deux clés portent le même identifiant',
  ),
  'own-rights': refusal(
    409,
    'An administrator cannot change its own rights',
    'Un administrateur ne peut pas modifier ses propres droits',
  ),
} as const satisfies ProblemCatalogue;
export type ClientRefusalCode = keyof typeof clientProblems;
