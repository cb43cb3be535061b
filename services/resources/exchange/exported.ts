import type { Source } from '@relais/contracts/directory';
import type { OrganisationTerms, SiteTerms } from '@relais/contracts/directory-events';
import type { OfferTerms } from '@relais/contracts/offer-events';

/** What leaves the platform: rows without contacts, which are revealed on request only. */
export type Exported<Terms> = {
  readonly id: string;
  readonly terms: Terms;
  readonly source: Source | null;
  /** When it was changed here last. */
  readonly changedAt: string;
};
export type ExportedOrganisation = Exported<OrganisationTerms>;
export type ExportedSite = Exported<SiteTerms> & { readonly organisation: string };
export type ExportedOffer = Exported<OfferTerms> & {
  readonly confirmedAt: string;
  readonly state: 'open' | 'suspended';
};

/**
 * An offer with where it takes place, as far as that is listed, and whom it is of: the organisation it names, else that
 * of the association that keeps it, else that association itself.
 */
export type Whole = {
  readonly offer: ExportedOffer;
  readonly organisation: ExportedOrganisation;
  readonly sites: readonly ExportedSite[];
};
