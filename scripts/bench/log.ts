import { benchAppend } from './append.ts';
import { benchCatchUp } from './catch-up.ts';
import { benchGrowth } from './growth.ts';
import type { Report } from './measure.ts';
import { benchRead } from './read.ts';

/** All that is measured of the event log, on a PostgreSQL server with fsync on. `events` is the size of the large log. */
export async function benchLog({
  url,
  report,
  events = 1_000_000,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events?: number;
}): Promise<void> {
  await benchAppend({ url, report });
  await benchRead({ url, report });
  await benchCatchUp({ url, report, events });
  await benchGrowth({ url, report, events });
}
