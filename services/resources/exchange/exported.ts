import type { Source } from '@relais/contracts/directory';
import type { OfferTerms, OrganisationTerms, SiteTerms } from './described.ts';

/** What leaves the platform: rows without contacts, which are revealed on request only. */
export type Exported<Terms> = {
  readonly id: string;
  readonly terms: Terms;
  readonly source: Source | null;
  /** Day of its last change here. */
  readonly changedOn: string;
};
export type ExportedOrganisation = Exported<OrganisationTerms & { readonly parent: string | null }>;
export type ExportedSite = Exported<SiteTerms>;
export type ExportedOffer = Exported<OfferTerms> & {
  readonly organisation: string;
  readonly sites: readonly string[];
  readonly state: 'open' | 'suspended';
};
