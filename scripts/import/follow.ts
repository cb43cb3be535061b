import { setTimeout as pause } from 'node:timers/promises';
import type { ImportView } from '@relais/contracts/import-views';
import type { Progress } from './progress.ts';
import type { Service } from './service.ts';

export type Over = Pick<ImportView, 'id' | 'state' | 'counts' | 'reason'>;

const lookMs = 300;

/** Watches an import until it is over. */
export async function follow(service: Service, id: string, progress: Progress): Promise<Over> {
  for (;;) {
    const answer = await service.ask('GET', `/v1/imports/${id}`);
    const seen = (await answer.json()) as ImportView;
    const { entriesRead, organisations, organisationsDone } = seen.progress;
    if (seen.state === 'uploaded') progress.show('reading', entriesRead, undefined);
    else if (seen.state === 'applying') progress.show('applying', organisationsDone, organisations);
    else {
      progress.end();
      if (seen.state === 'uploading') throw new Error('some of the file has not arrived');
      return seen;
    }
    await pause(lookMs);
  }
}
