/** What the platform does by itself in this service, because of events or because time has passed. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ConsumerRun } from '@relais/event-log/consumer';
import type { Recorded } from '@relais/event-log/log';
import { runReaction } from '@relais/event-log/react';
import { runTimers } from '@relais/event-log/timers';
import { fireConsentDate, planConsentDates } from './reactions/consent-dates.ts';
import { fireDeadline, planDeadlines } from './reactions/deadlines.ts';
import { forgetMeanwhile, forgetPerson } from './reactions/forgetting.ts';
import { carryOutHandover, endIfOwnerChanged, endOtherHandovers } from './reactions/handovers.ts';
import { carryOutMerge, unlinkIfOver } from './reactions/merges.ts';
import { openChild } from './reactions/open-child.ts';
import { answerPlace, flagOtherPlacements } from './reactions/places.ts';
import { runRetention } from './reactions/retention.ts';
import { stopAfterWithdrawal, stopIfWithdrawnMeanwhile } from './reactions/stop-sharing.ts';
import { type Reacting, rowsConsumer } from './reactions/system-command.ts';

export type ReactionsRun = ConsumerRun & Reacting;

type React = (desk: Reacting, record: Recorded) => Promise<void>;

/** What answers the events of streams with a prefix; several answer side by side. */
type Reactions = { readonly [prefix: string]: readonly React[] };

/** Apart from the others, so that nothing holds it up. */
const forgetting: Reactions = { 'case-': [forgetPerson, forgetMeanwhile] };

/** An event of one stream that has its consequence in another. */
const consequences: Reactions = {
  'case-': [unlinkIfOver],
  'handover-': [carryOutHandover, endIfOwnerChanged],
  'merge-': [carryOutMerge],
  'place-pool-': [answerPlace],
  'referral-': [openChild],
};

/** An event that concerns other referrals, which only the rows know. */
const related: Reactions = {
  'case-': [endOtherHandovers],
  'consent-': [stopAfterWithdrawal],
  'referral-': [stopIfWithdrawnMeanwhile, flagOtherPlacements],
};

/**
 * Reacts, fires timers and forgets until `signal` aborts; any number of processes may do it at once, one of them is
 * at work for each. What needs rows begins once the read model of this version is built: before that, another
 * process has one that is.
 */
export async function runReactions(run: ReactionsRun): Promise<void> {
  const withRows = async () => {
    await untilBuilt(run);
    await Promise.all([
      runEach(run, 'referrals-related', related),
      runTimers({
        ...run,
        name: 'referrals-consent-dates',
        prefixes: ['consent-'],
        plan: planConsentDates,
        fire: (timer) => fireConsentDate(run, timer),
      }),
      runRetention(run),
    ]);
  };
  await Promise.all([
    runEach(run, 'referrals-forgetting', forgetting),
    runEach(run, 'referrals-consequences', consequences),
    runTimers({
      ...run,
      name: 'referrals-deadlines',
      prefixes: ['referral-'],
      plan: planDeadlines,
      fire: (timer, commandId) => fireDeadline(run, timer, commandId),
    }),
    withRows(),
  ]);
}

const runEach = (run: ReactionsRun, name: string, reactions: Reactions): Promise<void> =>
  runReaction({
    ...run,
    name,
    prefixes: Object.keys(reactions),
    async on(record) {
      const prefix = Object.keys(reactions).find((one) => record.stream.startsWith(one)) ?? '';
      for (const react of reactions[prefix] ?? []) await react(run, record);
    },
  });

async function untilBuilt({ positions, signal }: ReactionsRun): Promise<void> {
  while (!(signal.aborted || positions.isBuilt(rowsConsumer))) {
    await wait(100, undefined, { signal }).catch(() => undefined);
  }
}
