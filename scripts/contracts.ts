/**
 * Ships the schema of every new event version (contracts/events/) and writes docs/referral-actions.md.
 * With --check writes nothing, and fails where a shipped schema changed, a sample is missing or no longer parses,
 * or the document is behind the code.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '../contracts/registry.ts';
import { faultsOf, shipNew } from './contract-files.ts';
import { referralDocument } from './referral-document.ts';

const root = join(import.meta.dirname, '..');
const folders = {
  events: join(root, 'contracts', 'events'),
  samples: join(root, 'contracts', 'samples'),
};
const document = join(root, 'docs', 'referral-actions.md');

const checking = process.argv.includes('--check');
if (!checking) {
  for (const type of shipNew(contracts, folders)) process.stdout.write(`shipped ${type}\n`);
  writeFileSync(document, referralDocument());
}
const written = existsSync(document) ? readFileSync(document, 'utf8') : '';
const faults = [
  ...faultsOf(contracts, folders),
  ...(written === referralDocument()
    ? []
    : [`${document} is behind the code: run npm run contracts`]),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
