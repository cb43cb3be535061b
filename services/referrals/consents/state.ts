import type {
  ConsentEvent,
  ExceptionId,
  LegalBasis,
  Purpose,
  Recipients,
} from '@relais/contracts/consents';
import type { ConsentId, PersonId } from '@relais/contracts/ids';
import type { Category } from '@relais/contracts/sealed';

type Terms = {
  readonly purposes: readonly Purpose[];
  readonly recipients: Recipients;
  readonly categories: readonly Category[];
  readonly validFrom: string;
};
export type Consent = Terms & {
  readonly id: ConsentId;
  readonly withheld: readonly Category[];
  readonly validUntil: string | null;
  readonly withdrawn: boolean;
};
export type Exception = Terms & {
  readonly id: ExceptionId;
  readonly legalBasis: LegalBasis;
  readonly until: string;
  readonly ended: boolean;
};

/** All that was agreed, and shared without agreement, about one case; in the order it was recorded. */
export type Consents = {
  readonly consents: readonly Consent[];
  readonly exceptions: readonly Exception[];
  /** By each of these, who joined the case after it was recorded: it was not given for them. */
  readonly newcomers: ReadonlyMap<string, readonly PersonId[]>;
};

export const noConsents: Consents = { consents: [], exceptions: [], newcomers: new Map() };

export function evolve(state: Consents, event: ConsentEvent): Consents {
  switch (event.type) {
    case 'consent-given.v1': {
      const { consent: id, purposes, recipients, categories, validFrom, validUntil } = event.data;
      const withheld = event.data.withheld.map(({ category }) => category);
      const given = { id, purposes, recipients, categories, withheld, validFrom, validUntil };
      return { ...state, consents: [...state.consents, { ...given, withdrawn: false }] };
    }
    case 'consent-withdrawn.v1':
      return { ...state, consents: withdraw(state.consents, event.data.consent, true) };
    case 'consent-exception-recorded.v1': {
      const { exception: id, legalBasis, purposes, recipients, categories } = event.data;
      const { validFrom, until } = event.data;
      const terms = { id, legalBasis, purposes, recipients, categories, validFrom, until };
      return { ...state, exceptions: [...state.exceptions, { ...terms, ended: false }] };
    }
    case 'consent-exception-ended.v1':
      return {
        ...state,
        exceptions: state.exceptions.map((exception) =>
          exception.id === event.data.exception ? { ...exception, ended: true } : exception,
        ),
      };
  }
}

/** The same consents as if this one had not been withdrawn: what it used to allow. */
export const beforeWithdrawal = (state: Consents, id: ConsentId): Consents => ({
  ...state,
  consents: withdraw(state.consents, id, false),
});

const withdraw = (consents: readonly Consent[], id: ConsentId, withdrawn: boolean) =>
  consents.map((consent) => (consent.id === id ? { ...consent, withdrawn } : consent));
