import type { ConsentEvent } from '@relais/contracts/consents';
import {
  existing,
  type Fact,
  instant,
  type StreamTable,
  sealedAt,
  sealedOrNull,
  tableOf,
} from '../fold.ts';
import type { ConsentExceptionRow, ConsentRow } from './rows.ts';

const consent: StreamTable<ConsentRow, ConsentEvent> = {
  name: 'consent',
  key: ['id'],
  touches: ({ event: { data } }) => ('consent' in data ? [{ id: data.consent }] : []),
  fold(row, fact) {
    const { event, at } = fact;
    switch (event.type) {
      case 'consent-given.v1':
        return given(fact, event.data);
      case 'consent-withdrawn.v1':
        return {
          ...existing(row, fact),
          withdrawn_at: at,
          withdrawn_by: event.data.withdrawnBy,
          withdrawal_reason: sealedOrNull(fact, 'reason', event.data.reason),
        };
      default:
        return row;
    }
  },
};

const consentException: StreamTable<ConsentExceptionRow, ConsentEvent> = {
  name: 'consent_exception',
  key: ['id'],
  touches: ({ event: { data } }) => ('exception' in data ? [{ id: data.exception }] : []),
  fold(row, fact) {
    const { event, record, at, id } = fact;
    switch (event.type) {
      case 'consent-exception-recorded.v1': {
        const { exception, legalBasis, recipients, validFrom, until, ...same } = event.data;
        return {
          ...same,
          id: exception,
          case_id: id,
          legal_basis: legalBasis,
          reason: sealedAt(fact, 'reason', same.reason),
          recipients: recipients.associations,
          open_to_eligible: recipients.openToEligible,
          valid_from: instant(validFrom),
          until: instant(until),
          recorded_at: at,
          ended_at: null,
          position: record.position,
        };
      }
      case 'consent-exception-ended.v1':
        return { ...existing(row, fact), ended_at: at };
      default:
        return row;
    }
  },
};

function given(
  fact: Fact<ConsentEvent>,
  data: Extract<ConsentEvent, { type: 'consent-given.v1' }>['data'],
): ConsentRow {
  return {
    id: data.consent,
    case_id: fact.id,
    association: data.association,
    given_by: data.givenBy,
    representative: sealedOrNull(fact, 'representative', data.representative),
    interpreter: sealedOrNull(fact, 'interpreter', data.interpreter),
    language: data.language,
    form_version: data.formVersion,
    purposes: data.purposes,
    recipients: data.recipients.associations,
    open_to_eligible: data.recipients.openToEligible,
    categories: data.categories,
    withheld: data.withheld.map(({ category, why }, index) => ({
      category,
      why: sealedOrNull(fact, `withheld.${index}.why`, why),
    })),
    valid_from: instant(data.validFrom),
    valid_until: data.validUntil === null ? null : instant(data.validUntil),
    evidence: data.evidence,
    given_at: fact.at,
    withdrawn_at: null,
    withdrawn_by: null,
    withdrawal_reason: null,
    position: fact.record.position,
  };
}

/** Events of `consent-<caseId>` become consents and exceptions. */
export const consentTables = [tableOf('consent', consent), tableOf('consent', consentException)];
