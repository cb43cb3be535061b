/**
 * `npm run scenario [-- --data-dir DIR]`: plays whole hand-offs of the demo network over REST against the running
 * platform, and prints the story with its timeline. Every person in it is invented.
 */
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { readPlatform } from './platform.ts';
import { handOver, openCase } from './scenario/case.ts';
import { castOf } from './scenario/cast.ts';
import { complete, declineAndRedirect, letExpire } from './scenario/referrals.ts';
import { reserve } from './scenario/stay.ts';
import { telling } from './scenario/telling.ts';

const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.data' } } });

try {
  const cast = castOf(await readPlatform(values['data-dir']));
  const story = telling((line) => process.stdout.write(`${line}\n`));
  story.print('\n1. Grande-Synthe ouvre un dossier et recueille le consentement');
  const file = await openCase(cast, story);
  for (const play of [complete, declineAndRedirect, letExpire, reserve, handOver]) {
    await play(cast, file, story);
  }
  story.print('\nTout est dans le journal.');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
