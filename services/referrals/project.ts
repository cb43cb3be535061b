import { contracts } from '@relais/contracts/registry';
import type { Recorded } from '@relais/event-log/log';
import { UnparsableEvent } from '@relais/event-log/parse';
import type { Projection } from '@relais/event-log/projection';
import { accessTables } from './access/project.ts';
import { caseTables } from './cases/project.ts';
import { consentTables } from './consents/project.ts';
import { directoryTables } from './directory/project.ts';
import { type Fact, factOf, streamCategory } from './fold.ts';
import { handoverTables } from './handovers/project.ts';
import { mergeTables } from './merges/project.ts';
import { referralTables } from './referrals/project.ts';
import { historyTable } from './timelines/project.ts';

/** The read model of this service. A change of rules or tables raises `version`. */
export const referralsProjection: Projection<Fact> = {
  name: 'referrals',
  version: 5,
  prefixes: [
    'access-',
    'association-',
    'case-',
    'consent-',
    'handover-',
    'merge-',
    'offer-',
    'organisation-',
    'referral-',
  ],
  views: [new URL('./views.sql', import.meta.url)],
  indexes: [new URL('./indexes.sql', import.meta.url)],
  parse: parseFact,
  tables: [
    ...caseTables,
    ...consentTables,
    ...referralTables,
    ...handoverTables,
    ...mergeTables,
    ...accessTables,
    ...directoryTables,
    historyTable,
  ],
};

/** Throws UnparsableEvent. */
export function parseFact(record: Recorded): Fact {
  const contract = contracts[streamCategory(record.stream)];
  if (contract === undefined) throw new UnparsableEvent(record, 'no contract describes the stream');
  return factOf(contract, record);
}
