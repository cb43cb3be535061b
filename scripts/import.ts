/**
 * `npm run import -- <file> --source NAME [options]`: brings a directory into a platform over REST, and tells what became of
 * each line. Broken off, the same command goes on where it stopped.
 */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { follow, type Over } from './import/follow.ts';
import { announcementOf, optionsOf, usage, WrongUsage } from './import/options.ts';
import { progressOn } from './import/progress.ts';
import { type Service, serviceOf } from './import/service.ts';
import { tell } from './import/telling.ts';
import { findOrAnnounce, upload } from './import/upload.ts';

/** Exit codes: everything came in; it could not be done; it was asked for wrongly; something was refused. */
const exits = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

/** A report of a million lines takes its time. */
const reportMaxMs = 3_600_000;

const print = (text: string) => process.stdout.write(`${text}\n`);
const { values, positionals } = parseArgs({ allowPositionals: true, options: optionsOf });

process.once('SIGINT', () => {
  process.stderr.write('\nBroken off. The same command goes on from here.\n');
  process.exit(130);
});
try {
  if (values.help) print(usage);
  else process.exitCode = await bringIn();
} catch (error) {
  const isUsage = error instanceof WrongUsage;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (isUsage) process.stderr.write(`\n${usage}`);
  process.exitCode = isUsage ? exits.usage : exits.failed;
}

async function bringIn(): Promise<number> {
  const { file, announced } = await announcementOf(positionals, values);
  const service = await serviceOf(values);
  const { id, isResumed } = await findOrAnnounce(service, announced);
  print(`${isResumed ? 'Going on with import' : 'Import'} ${id}`);
  const progress = progressOn(process.stdout);
  await upload(service, { id, file, size: announced.size }, progress);
  const over = await follow(service, id, progress);
  await tell(service, over, print);
  if (values.report !== undefined) await saveReport(service, over, values.report);
  const isAllIn = over.state === 'applied' && over.counts?.refused === 0;
  return isAllIn ? exits.done : exits.refused;
}

async function saveReport(service: Service, { id }: Over, path: string): Promise<void> {
  const format = path.endsWith('.csv') ? 'csv' : 'ndjson';
  const answer = await service.ask('GET', `/v1/imports/${id}/report?format=${format}`, {
    withinMs: reportMaxMs,
  });
  if (answer.body !== null) await pipeline(answer.body, createWriteStream(path));
  print(`The whole report is in ${path}`);
}
