/**
 * Identifiers that cross borders. All are UUIDs that say nothing about the person or place they name. A caller may
 * write them in capitals; here they are small, so that one thing never has two streams.
 */
import { z } from 'zod';

export const AssociationId = z.uuid().toLowerCase().brand('AssociationId');
export type AssociationId = z.infer<typeof AssociationId>;
export const CalendarFeedId = z.uuid().toLowerCase().brand('CalendarFeedId');
export type CalendarFeedId = z.infer<typeof CalendarFeedId>;
export const CaseId = z.uuid().toLowerCase().brand('CaseId');
export type CaseId = z.infer<typeof CaseId>;
export const ConsentId = z.uuid().toLowerCase().brand('ConsentId');
export type ConsentId = z.infer<typeof ConsentId>;
export const ExchangeId = z.uuid().toLowerCase().brand('ExchangeId');
export type ExchangeId = z.infer<typeof ExchangeId>;
export const HandoverId = z.uuid().toLowerCase().brand('HandoverId');
export type HandoverId = z.infer<typeof HandoverId>;
export const ImportId = z.uuid().toLowerCase().brand('ImportId');
export type ImportId = z.infer<typeof ImportId>;
export const MergeId = z.uuid().toLowerCase().brand('MergeId');
export type MergeId = z.infer<typeof MergeId>;
export const NeedId = z.uuid().toLowerCase().brand('NeedId');
export type NeedId = z.infer<typeof NeedId>;
export const OfferId = z.uuid().toLowerCase().brand('OfferId');
export type OfferId = z.infer<typeof OfferId>;
export const OrganisationId = z.uuid().toLowerCase().brand('OrganisationId');
export type OrganisationId = z.infer<typeof OrganisationId>;
/** Pseudonym of a person accompanied; the name behind it lives in the vault only. */
export const PersonId = z.uuid().toLowerCase().brand('PersonId');
export type PersonId = z.infer<typeof PersonId>;
export const PublicationId = z.uuid().toLowerCase().brand('PublicationId');
export type PublicationId = z.infer<typeof PublicationId>;
export const QuestionId = z.uuid().toLowerCase().brand('QuestionId');
export type QuestionId = z.infer<typeof QuestionId>;
export const ReferralId = z.uuid().toLowerCase().brand('ReferralId');
export type ReferralId = z.infer<typeof ReferralId>;
export const RegistrationId = z.uuid().toLowerCase().brand('RegistrationId');
export type RegistrationId = z.infer<typeof RegistrationId>;
export const ReservationId = z.uuid().toLowerCase().brand('ReservationId');
export type ReservationId = z.infer<typeof ReservationId>;
export const SeriesId = z.uuid().toLowerCase().brand('SeriesId');
export type SeriesId = z.infer<typeof SeriesId>;
/** Derived from a series and the time at which the session was first meant to begin. */
export const SessionId = z.uuid().toLowerCase().brand('SessionId');
export type SessionId = z.infer<typeof SessionId>;
export const SiteId = z.uuid().toLowerCase().brand('SiteId');
export type SiteId = z.infer<typeof SiteId>;
export const StayId = z.uuid().toLowerCase().brand('StayId');
export type StayId = z.infer<typeof StayId>;
export const UnavailabilityId = z.uuid().toLowerCase().brand('UnavailabilityId');
export type UnavailabilityId = z.infer<typeof UnavailabilityId>;
/** A named place of an offer. */
export const UnitId = z.uuid().toLowerCase().brand('UnitId');
export type UnitId = z.infer<typeof UnitId>;
export const SkillId = z.uuid().toLowerCase().brand('SkillId');
export type SkillId = z.infer<typeof SkillId>;
/** Pseudonym of a professional or volunteer of an association (a case's referent, say). */
export const WorkerId = z.uuid().toLowerCase().brand('WorkerId');
export type WorkerId = z.infer<typeof WorkerId>;
