import type { ContactPoint, DescribeOrganisation, DescribeSite } from '@relais/contracts/directory';
import type { PublishOffer } from '@relais/contracts/offers';

/** One thing of a source, as our contracts have it: what every format is read to and written from. */
export type Entry<Terms> = {
  /** The source's own identifier. */
  readonly id: string;
  readonly url: string | null;
  /** The day the source says that it was last changed. */
  readonly updatedOn: string | null;
  readonly terms: Terms;
  /** Undefined where nothing is said of it, which takes none away. */
  readonly contact: ContactPoint | null | undefined;
};
export type OrganisationTerms = Omit<DescribeOrganisation, 'contact' | 'member' | 'parent'>;
export type SiteTerms = Omit<DescribeSite, 'contact'>;
export type OfferTerms = Omit<
  PublishOffer,
  'contact' | 'places' | 'organisation' | 'visibility' | 'sites' | 'deadlines' | 'translations'
>;
export type OfferEntry = Entry<OfferTerms> & {
  /** The source's identifiers of the sites where it takes place. */
  readonly sites: readonly string[];
  /** The source says that it cannot be had at present. */
  readonly suspended: boolean;
};

/** An organisation with all it has: it comes in whole or not at all. */
export type Group = {
  readonly organisation: Entry<OrganisationTerms>;
  readonly sites: readonly Entry<SiteTerms>[];
  readonly offers: readonly OfferEntry[];
};

export type EntryKind = 'organisation' | 'site' | 'offer';

/**
 * Something a source said that could not be taken as it stands. `field` is the source's name for it, `code` why;
 * what was said is not repeated: it may be about a person.
 */
export type Finding = {
  readonly kind: EntryKind;
  readonly id: string;
  readonly field: string;
  readonly code: FindingCode;
};

/** What is done about a finding: the value was mended or left out, or the whole organisation is refused. */
export const findingCodes = {
  /** The schema of the format does not allow the value; it was left out. */
  'not-as-schema': 'corrected',
  /** Not a code of the list. */
  'unknown-code': 'corrected',
  'text-shortened': 'corrected',
  /** Characters that no text has (control characters, halves of characters) were taken out. */
  'text-cleaned': 'corrected',
  /** An address that a browser would not open safely, or that names no public host. */
  'address-not-public': 'corrected',
  'phone-normalised': 'corrected',
  'phone-unreadable': 'corrected',
  'email-unreadable': 'corrected',
  'out-of-range': 'corrected',
  /** Not as OpenStreetMap writes opening hours: nobody could tell when it is open. */
  'hours-unreadable': 'corrected',
  /** Found from postal code and name. */
  'commune-found': 'corrected',
  'commune-unknown': 'corrected',
  /** No commune, EPCI or department: left out, or reaching nobody where no other is named. */
  'zone-unknown': 'corrected',
  /** The centre of the commune stands for coordinates that were missing or impossible. */
  'coordinates-of-commune': 'corrected',
  'postal-code-unreadable': 'corrected',
  /** The source has it closed: it is not shown. */
  'not-offered': 'corrected',
  /** More than is kept; the first ones were. */
  'too-many': 'corrected',
  /** Of a package: a file, a column or a record that it names and that is not there, or that nobody knows. */
  'unknown-file': 'corrected',
  'unknown-column': 'corrected',
  'column-left-out': 'corrected',
  'unknown-reference': 'corrected',
  required: 'refused',
  'not-an-entry': 'refused',
  malformed: 'refused',
  'too-large': 'refused',
  'listed-twice': 'refused',
  'organisation-missing': 'refused',
  /** A whole file that cannot be used; the reason of the import is the same. */
  'not-json': 'refused',
  truncated: 'refused',
  'wrong-encoding': 'refused',
  'not-csv': 'refused',
  'column-missing': 'refused',
  'table-missing': 'refused',
  'not-zip': 'refused',
  'zip-too-large': 'refused',
  'zip-encrypted': 'refused',
  'zip-unsafe-name': 'refused',
  'file-listed-twice': 'refused',
  /** Nothing that this platform can keep. */
  'not-storable': 'refused',
  /** The file lacks more than half of what its source had: nothing was retired. */
  'mostly-gone': 'refused',
  /** Another entry of the same organisation was refused. */
  'organisation-refused': 'refused',
} as const satisfies Record<string, 'corrected' | 'refused'>;
export type FindingCode = keyof typeof findingCodes;
export const isRefusal = ({ code }: Pick<Finding, 'code'>): boolean =>
  findingCodes[code] === 'refused';

/** Takes findings down while an entry is read. */
export type Note = (field: string, code: FindingCode) => void;
