/** Identifiers that cross borders. All are random UUIDs: none says anything about the person or the place it names. */
import { z } from 'zod';

export const AssociationId = z.uuid().brand('AssociationId');
export type AssociationId = z.infer<typeof AssociationId>;
export const CaseId = z.uuid().brand('CaseId');
export type CaseId = z.infer<typeof CaseId>;
export const ConsentId = z.uuid().brand('ConsentId');
export type ConsentId = z.infer<typeof ConsentId>;
export const HandoverId = z.uuid().brand('HandoverId');
export type HandoverId = z.infer<typeof HandoverId>;
export const MergeId = z.uuid().brand('MergeId');
export type MergeId = z.infer<typeof MergeId>;
export const OfferId = z.uuid().brand('OfferId');
export type OfferId = z.infer<typeof OfferId>;
/** Pseudonym of a person accompanied; the name behind it lives in the vault only. */
export const PersonId = z.uuid().brand('PersonId');
export type PersonId = z.infer<typeof PersonId>;
export const ReferralId = z.uuid().brand('ReferralId');
export type ReferralId = z.infer<typeof ReferralId>;
export const ReservationId = z.uuid().brand('ReservationId');
export type ReservationId = z.infer<typeof ReservationId>;
/** Pseudonym of a professional or volunteer of an association (a case's referent, say). */
export const WorkerId = z.uuid().brand('WorkerId');
export type WorkerId = z.infer<typeof WorkerId>;
