import type { Source } from '@relais/contracts/directory';
import type { OrganisationTerms, SiteTerms } from '@relais/contracts/directory-events';
import type { OfferTerms } from '@relais/contracts/offer-events';

/** What leaves the platform: rows without contacts, which are revealed on request only. */
export type Exported<Terms> = {
  readonly id: string;
  readonly terms: Terms;
  readonly source: Source | null;
  /** Day of its last change here. */
  readonly changedOn: string;
};
export type ExportedOrganisation = Exported<OrganisationTerms>;
export type ExportedSite = Exported<SiteTerms> & { readonly organisation: string };
export type ExportedOffer = Exported<OfferTerms> & {
  readonly organisation: string | null;
  readonly sites: readonly string[];
  readonly state: 'open' | 'suspended';
};

/** An offer with whom and where it is of, as far as they are listed. */
export type Whole = {
  readonly offer: ExportedOffer;
  readonly organisation: ExportedOrganisation | undefined;
  readonly sites: readonly ExportedSite[];
};
