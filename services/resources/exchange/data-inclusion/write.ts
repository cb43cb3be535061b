import type { Address, Coordinates } from '@relais/contracts/directory';
import { hoursOf } from '../../offers/hours.ts';
import type { ExportedOffer, ExportedOrganisation, ExportedSite } from '../exported.ts';
import { validatorOf } from '../schemas.ts';
import { uriOf } from '../uri.ts';
import { qualityScore } from './score.ts';
import { cut, lengthened, noDescription } from './short-words.ts';

/**
 * data·inclusion's `structure`. The site is the first of the organisation. Contacts are revealed on request only: their fields
 * are not in it, since null would say that there is none.
 */
export function structureOf(
  organisation: ExportedOrganisation,
  site: ExportedSite | undefined,
): Record<string, unknown> {
  const { terms } = organisation;
  const networks = terms.networks.filter((network) => knownNetworks().has(network));
  return {
    ...identity(organisation),
    nom: named(terms.name),
    description: described(terms.description),
    site_web: uriOf(terms.website),
    siret: terms.siret,
    reseaux_porteurs: listed(networks),
    ...where(site),
    horaires_accueil: site?.terms.hours ?? null,
    accessibilite_lieu: uriOf(site?.terms.accessibility ?? null),
  };
}

/** data·inclusion's `service`, with its quality score and, likewise, without contacts. */
export function serviceOf(
  offer: ExportedOffer,
  organisation: ExportedOrganisation,
  site: ExportedSite | undefined,
  today: Date,
): Record<string, unknown> {
  const { terms } = offer;
  const service = {
    ...identity(offer),
    structure_id: identity(organisation).id,
    nom: named(terms.title),
    description: described(terms.description) ?? noDescription(named(terms.title)),
    conditions_acces: terms.accessConditions,
    publics_precisions: terms.publicsDetail,
    thematiques: listed(terms.themes),
    publics: publicsOf(terms.publics),
    type: terms.serviceType,
    zone_eligibilite: listed([...new Set([...terms.zones, ...terms.communes])]),
    modes_accueil: listed(terms.receptionModes),
    frais: terms.cost.fee,
    frais_precisions: terms.cost.detail,
    modes_mobilisation: listed(terms.mobilisation.modes),
    mobilisable_par: listed(terms.mobilisation.by),
    lien_mobilisation: uriOf(terms.mobilisation.link),
    mobilisation_precisions: terms.mobilisation.detail,
    horaires_accueil: hoursOf(terms.hours, site ? [site] : [])[0]?.hours ?? null,
    volume_horaire_hebdomadaire: terms.weeklyHours,
    nombre_semaines: terms.weeks,
    ...where(site),
  };
  return { ...service, score_qualite: qualityScore(service, today) };
}

/** A mirror keeps the name that its source gave it, with the source before it; what was written here has one of ours. */
const identity = ({ id, source, changedAt }: ExportedOffer | ExportedOrganisation) => ({
  source: source?.name ?? 'relais',
  id: source === null ? `relais--${id}` : prefixed(source),
  lien_source: uriOf(source?.url ?? null),
  date_maj: source?.updatedOn ?? changedAt.slice(0, 10),
});

const prefixed = ({ name, id }: { readonly name: string; readonly id: string }): string =>
  id.startsWith(`${name}--`) ? id : `${name}--${id}`;

function where(
  site: { terms: { address: Address | null; coordinates: Coordinates | null } } | undefined,
) {
  const address = site?.terms.address;
  return {
    adresse: address?.street ?? null,
    complement_adresse: address?.complement ?? null,
    code_postal: address?.postalCode ?? null,
    commune: address?.locality ?? null,
    code_insee: address?.commune ?? null,
    latitude: site?.terms.coordinates?.latitude ?? null,
    longitude: site?.terms.coordinates?.longitude ?? null,
  };
}

/** 3 to 150 characters. */
const named = (name: string): string => cut(lengthened(name, 'nom'), 'nom');

const described = (text: string | null): string | null =>
  text === null ? null : lengthened(text, 'description');

const listed = (codes: readonly string[]): readonly string[] | null =>
  codes.length === 0 ? null : codes;

/** `tous-publics` stands alone. */
const publicsOf = (codes: readonly string[]): readonly string[] | null =>
  codes.includes('tous-publics') ? ['tous-publics'] : listed(codes);

let networks: ReadonlySet<string> | undefined;
function knownNetworks(): ReadonlySet<string> {
  const schema = validatorOf('data-inclusion/structure').schema as {
    readonly $defs: { readonly ReseauPorteur: { readonly enum: readonly string[] } };
  };
  networks ??= new Set(schema.$defs.ReseauPorteur.enum);
  return networks;
}
