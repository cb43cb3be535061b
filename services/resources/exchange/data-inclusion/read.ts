import {
  MobilisationMode,
  Mobiliser,
  Public,
  ReceptionMode,
  ServiceType,
} from '@relais/contracts/offer-codes';
import { Theme } from '@relais/contracts/themes';
import { Code } from '@relais/contracts/values';
import type { Entry, Note, OfferEntry, OrganisationTerms, SiteTerms } from '../described.ts';
import { type Communes, placeOf, zonesIn } from '../places.ts';
import { contactOf, offerTerms, organisationTerms, siteTerms } from '../terms.ts';
import { codesOf, dayOf, emailOf, hoursOf, numberOf, pageOf, phoneOf, textOf } from '../values.ts';
import { noDescription, shortened } from './short-words.ts';

/** A document that fits the published schema. */
export type Document = { readonly [field: string]: unknown };

const placeFields = {
  street: 'adresse',
  complement: 'complement_adresse',
  postalCode: 'code_postal',
  locality: 'commune',
  commune: 'code_insee',
  latitude: 'latitude',
  longitude: 'longitude',
} as const;

const placeIn = (document: Document, communes: Communes, note: Note) => {
  const { adresse, complement_adresse, code_postal, commune, code_insee } = document;
  const { latitude, longitude } = document;
  const given = { street: adresse, complement: complement_adresse, postalCode: code_postal };
  return placeOf(
    { ...given, locality: commune, commune: code_insee, latitude, longitude },
    placeFields,
    communes,
    note,
  );
};

const about = (document: Document, note: Note) => ({
  id: String(document.id),
  url: pageOf(document.lien_source, 'lien_source', note),
  updatedOn: dayOf(document.date_maj),
});

const nameIn = ({ nom }: Document, note: Note): string =>
  shortened(textOf(nom, 200, 'nom', note) ?? '', 'nom');

function descriptionIn({ nom, description }: Document, note: Note): string | null {
  const given = textOf(description, 10_000, 'description', note);
  const isNone = given === null || given === noDescription(String(nom));
  return isNone ? null : shortened(given, 'description');
}

/** Fields that are not there say nothing, as those of our own exports; null says that there is no contact. */
const reachedBy = (document: Document, name: string | null, note: Note) =>
  contactFields.some((field) => field in document)
    ? contactOf(
        name,
        phoneOf(document.telephone, 'telephone', note),
        emailOf(document.courriel, 'courriel', note),
      )
    : undefined;

export const contactFields = ['contact_nom_prenom', 'telephone', 'courriel'] as const;

/** A `structure` as the organisation that it is, and the site where it receives people, if it has one. */
export function readStructure(
  document: Document,
  communes: Communes,
  note: Note,
): { organisation: Entry<OrganisationTerms>; site: Entry<SiteTerms> | undefined } {
  const name = nameIn(document, note);
  const organisation = {
    ...about(document, note),
    terms: organisationTerms({
      name,
      description: descriptionIn(document, note),
      website: pageOf(document.site_web, 'site_web', note),
      siret: typeof document.siret === 'string' ? document.siret : null,
      networks: codesOf(document.reseaux_porteurs, Code, 20, 'reseaux_porteurs', note),
    }),
    contact: reachedBy(document, null, note),
  };
  const place = placeIn(document, communes, note);
  const hours = hoursOf(document.horaires_accueil, 'horaires_accueil', note);
  const accessibility = pageOf(document.accessibilite_lieu, 'accessibilite_lieu', note);
  const isSomewhere = [place.address, place.coordinates, hours, accessibility].some(
    (part) => part !== null,
  );
  if (!isSomewhere) return { organisation, site: undefined };
  const { id, url, updatedOn } = organisation;
  const terms = siteTerms({ name, ...place, hours, accessibility });
  return { organisation, site: { id, url, updatedOn, terms, contact: null } };
}

/**
 * A `service` as the offer that it is. Where it has an address of its own, other than the structure's, it brings a
 * site of its own.
 */
export function readService(
  document: Document,
  structureSite: Entry<SiteTerms> | undefined,
  communes: Communes,
  note: Note,
): { offer: OfferEntry; site: Entry<SiteTerms> | undefined } {
  const { id, url, updatedOn } = about(document, note);
  const title = nameIn(document, note);
  const place = placeIn(document, communes, note);
  const isElsewhere = place.address !== null && !samePlace(place, structureSite?.terms);
  const site = isElsewhere
    ? { id, url, updatedOn, terms: siteTerms({ name: title, ...place }), contact: null }
    : undefined;
  const terms = offerTerms({
    title,
    ...wordsOf(document, note),
    ...codesIn(document, communes, note),
  });
  // Without an address of its own it is where the structure is, if one goes there at all.
  const isThere = place.address !== null || terms.receptionModes.includes('en-presentiel');
  const at = site ?? (isThere ? structureSite : undefined);
  const contactName = textOf(document.contact_nom_prenom, 200, 'contact_nom_prenom', note);
  const offer = {
    ...{ id, url, updatedOn, suspended: false },
    sites: at === undefined ? [] : [at.id],
    terms,
    contact: reachedBy(document, contactName, note),
  };
  return { offer, site };
}

function wordsOf(document: Document, note: Note) {
  const long = (field: string) => textOf(document[field], 10_000, field, note);
  const weekly = document.volume_horaire_hebdomadaire;
  return {
    description: descriptionIn(document, note),
    publicsDetail: long('publics_precisions'),
    accessConditions: long('conditions_acces'),
    hours: hoursOf(document.horaires_accueil, 'horaires_accueil', note),
    weeklyHours: numberOf(weekly, { min: 0, max: 168 }, 'volume_horaire_hebdomadaire', note),
    weeks: numberOf(document.nombre_semaines, { min: 1, max: 520 }, 'nombre_semaines', note),
    cost: {
      fee: (document.frais ?? null) as 'gratuit' | 'payant' | null,
      detail: long('frais_precisions'),
    },
  };
}

function codesIn(document: Document, communes: Communes, note: Note) {
  const type = ServiceType.safeParse(document.type);
  return {
    themes: codesOf(document.thematiques, Theme, 20, 'thematiques', note),
    publics: codesOf(document.publics, Public, 15, 'publics', note),
    serviceType: type.success ? type.data : null,
    zones: zonesIn(document.zone_eligibilite, 'zone_eligibilite', communes, note),
    receptionModes: codesOf(document.modes_accueil, ReceptionMode, 2, 'modes_accueil', note),
    mobilisation: {
      modes: codesOf(document.modes_mobilisation, MobilisationMode, 4, 'modes_mobilisation', note),
      by: codesOf(document.mobilisable_par, Mobiliser, 2, 'mobilisable_par', note),
      link: pageOf(document.lien_mobilisation, 'lien_mobilisation', note),
      detail: textOf(document.mobilisation_precisions, 10_000, 'mobilisation_precisions', note),
    },
  };
}

const samePlace = (
  one: Pick<SiteTerms, 'address' | 'coordinates'>,
  other: Pick<SiteTerms, 'address' | 'coordinates'> | undefined,
): boolean =>
  other !== undefined &&
  JSON.stringify([one.address, one.coordinates]) ===
    JSON.stringify([other.address, other.coordinates]);
