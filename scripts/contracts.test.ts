import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { contracts } from '../contracts/registry.ts';
import { faultsOf, shipNew } from './contract-files.ts';
import { referralDocument } from './referral-document.ts';

const root = join(import.meta.dirname, '..');
const committed = {
  events: join(root, 'contracts', 'events'),
  samples: join(root, 'contracts', 'samples'),
};
type Contracts = Parameters<typeof faultsOf>[0];

/** A contract of one event, shipped with its sample in folders of its own. */
function shipped(t: Test) {
  const box = z.strictObject({ weightGrams: z.number().int() });
  const contracts: Contracts = { box: { schemas: { 'box-packed.v1': box }, upcasters: {} } };
  const folder = t.testdir({ events: {}, samples: { 'box-packed.v1.json': '{"weightGrams":5}' } });
  const folders = { events: join(folder, 'events'), samples: join(folder, 'samples') };
  shipNew(contracts, folders);
  return { contracts, folders, box };
}

t.test(
  'every event version has its shipped schema, unchanged, and a sample that parses',
  async (t) => {
    t.same(faultsOf(contracts, committed), []);
  },
);

t.test('the documented table of referral actions is the one the rules are driven by', async (t) => {
  t.equal(readFileSync(join(root, 'docs', 'referral-actions.md'), 'utf8'), referralDocument());
});

t.test('a shipped schema that was changed is refused, and not written over', async (t) => {
  const { folders } = shipped(t);
  const wider = z.strictObject({ weightGrams: z.number() });
  const changed = { box: { schemas: { 'box-packed.v1': wider }, upcasters: {} } };
  t.same(shipNew(changed, folders), []);
  t.match(faultsOf(changed, folders), [/box-packed\.v1 has shipped and was changed/]);
});

t.test(
  'a next version ships beside the old one, with an upcaster and its own sample',
  async (t) => {
    const { folders, box } = shipped(t);
    const heavier = z.strictObject({ weightKilograms: z.number() });
    const schemas = { 'box-packed.v1': box, 'box-packed.v2': heavier };
    const upcasters = {
      'box-packed.v1': (data: never) => {
        const { weightGrams } = data as { weightGrams: number };
        return { type: 'box-packed.v2', data: { weightKilograms: weightGrams / 1_000 } };
      },
    };
    t.same(shipNew({ box: { schemas, upcasters } }, folders), ['box-packed.v2']);
    writeFileSync(join(folders.samples, 'box-packed.v2.json'), '{"weightKilograms":0.005}');
    t.same(faultsOf({ box: { schemas, upcasters } }, folders), []);
    t.match(faultsOf({ box: { schemas, upcasters: {} } }, folders), [/no upcaster/]);
    for (const type of ['box-packed.v2', 'box-packed.v22']) {
      const astray = { 'box-packed.v1': (data: never) => ({ type, data }) };
      t.match(faultsOf({ box: { schemas, upcasters: astray } }, folders), [/does not parse/]);
    }
  },
);

t.test('a sample that is missing or no longer parses is refused', async (t) => {
  const { contracts: box, folders } = shipped(t);
  const sample = join(folders.samples, 'box-packed.v1.json');
  writeFileSync(sample, '{"weightGrams":"five"}');
  t.match(faultsOf(box, folders), [/no longer parses/]);
  rmSync(sample);
  t.match(faultsOf(box, folders), [/every event version has a golden sample/]);
});

t.test('an event that has shipped may not disappear', async (t) => {
  const folder = t.testdir({});
  const folders = { events: join(folder, 'events'), samples: join(folder, 'samples') };
  cpSync(committed.events, folders.events, { recursive: true });
  cpSync(committed.samples, folders.samples, { recursive: true });
  const { merge: _, ...others } = contracts;
  t.match(faultsOf(others, folders), [
    /merge-made\.v1.*stay for ever/,
    /merge-undone/,
    /merge-voided/,
  ]);
});
