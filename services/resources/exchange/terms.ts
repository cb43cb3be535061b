import type { ContactPoint } from '@relais/contracts/directory';
import { DescribeOrganisation, DescribeSite } from '@relais/contracts/directory';
import { PublishOffer } from '@relais/contracts/offers';
import type { OfferTerms, OrganisationTerms, SiteTerms } from './described.ts';

const { contact: _organisation, ...organisation } = DescribeOrganisation.parse({ name: 'x' });
const { contact: _site, ...site } = DescribeSite.parse({ name: 'x' });
const {
  contact: _offer,
  places: _places,
  organisation: _of,
  visibility: _visibility,
  sites: _sites,
  deadlines: _deadlines,
  translations: _translations,
  ...offer
} = PublishOffer.parse({ kind: 'service', title: 'x', themes: ['sante--acces-aux-soins'] });

/** An organisation of which only this is known: the rest as our contracts fill it in. */
export const organisationTerms = (
  known: Partial<OrganisationTerms> & Pick<OrganisationTerms, 'name'>,
): OrganisationTerms => {
  const { member: _, parent: __, ...blank } = organisation;
  return { ...blank, ...known };
};

export const siteTerms = (known: Partial<SiteTerms> & Pick<SiteTerms, 'name'>): SiteTerms => ({
  ...site,
  ...known,
});

export const offerTerms = (known: Partial<OfferTerms> & Pick<OfferTerms, 'title'>): OfferTerms => ({
  ...offer,
  themes: [],
  ...known,
});

/** Null rather than a contact of which nothing is known. */
export const contactOf = (
  name: string | null,
  phone: string | null,
  email: string | null,
): ContactPoint | null =>
  name === null && phone === null && email === null ? null : { name, phone, email };
