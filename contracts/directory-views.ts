/** Organisations and sites as the resources service answers them. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { Address, Coordinates, Source } from './directory.ts';
import { AssociationId, OrganisationId, SiteId } from './ids.ts';

export const EntryAction = z.enum(['change', 'retire', 'forget-contact']);
export type EntryAction = z.infer<typeof EntryAction>;

export const EntryState = z.enum(['listed', 'retired']);
export type EntryState = z.infer<typeof EntryState>;

/** All that was translated, in single reads only: so that whoever keeps the entry can say it anew. */
const Translations = z.record(
  LanguageTag,
  z.object({ name: z.string().optional(), description: z.string().optional() }),
);

/** In which language the words of an answer are, of those there are. */
export const Wording = {
  language: LanguageTag,
  direction: z.enum(['ltr', 'rtl']),
  availableLanguages: z.array(LanguageTag),
  /** Fields that nobody has translated into this language: they are in the original one. */
  untranslated: z.array(z.string()),
};

/** What every entry of the directory tells beside its terms. */
export const Kept = {
  /** The member that keeps the entry. */
  association: AssociationId,
  revision: z.string().regex(/^\d+$/),
  /** Not null: a mirror of that source, which nobody changes by hand. */
  source: Source.nullable(),
  /** There is somebody to ask: `GET …/contact`, which is recorded. */
  hasContact: z.boolean(),
};

const entry = {
  state: EntryState,
  ...Kept,
  registeredAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
  allowedActions: z.array(EntryAction),
};

const organisation = {
  id: OrganisationId,
  ...entry,
  ...Wording,
  name: z.string(),
  shortName: z.string().nullable(),
  kind: z.string(),
  description: z.string().nullable(),
  website: z.string().nullable(),
  siret: z.string().nullable(),
  networks: z.array(z.string()),
  member: AssociationId.nullable(),
  parent: OrganisationId.nullable(),
};
export const OrganisationView = z.object(organisation).meta({ id: 'Organisation' });
export type OrganisationView = z.infer<typeof OrganisationView>;
export const OrganisationDetail = z
  .object({ ...organisation, translations: Translations })
  .meta({ id: 'OrganisationDetail' });
export type OrganisationDetail = z.infer<typeof OrganisationDetail>;

const site = {
  id: SiteId,
  organisation: OrganisationId,
  ...entry,
  ...Wording,
  name: z.string(),
  description: z.string().nullable(),
  address: Address.nullable(),
  commune: CommuneCode.nullable(),
  coordinates: Coordinates.nullable(),
  hours: z.string().nullable(),
  accessibility: z.string().nullable(),
};
export const SiteView = z.object(site).meta({ id: 'Site' });
export type SiteView = z.infer<typeof SiteView>;
export const SiteDetail = z
  .object({ ...site, translations: Translations })
  .meta({ id: 'SiteDetail' });
export type SiteDetail = z.infer<typeof SiteDetail>;
