/**
 * One of the processes that race for places: `node places-racer.ts <database url> [<EventStoreDB url>]`. It answers
 * the events it is sent as the resources service's reaction does, and says each time how many of them it has
 * answered; it says nothing of one before it is in the log.
 */
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Recorded } from '@relais/event-log/log';
import { openLog } from '@relais/event-log/open-log';
import { openDatabase } from '@relais/postgres/database';
import { openPoolDesk } from '@relais/resources/places/pool-desk';
import { answerWithPlaces } from '@relais/resources/places/react';

const [url = '', eventStoreUrl] = process.argv.slice(2);
const log = await openLog({ database: openDatabase({ url, max: 4 }), eventStoreUrl });
const answer = answerWithPlaces({ log, pools: openPoolDesk(log), now: () => new Date() });

/** As whoever runs the reaction would: a race that was lost is run again. */
async function deliver(record: Recorded): Promise<void> {
  for (;;) {
    try {
      await answer(record);
      return;
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error;
    }
  }
}

process.on('message', (records: readonly Recorded[]) => {
  let answered = 0;
  for (const record of records) {
    void deliver(record).then(() => process.send?.(++answered));
  }
});
// The test is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');
