import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { EventContract } from '../contracts/event-contract.ts';

type Contracts = {
  readonly [category: string]: EventContract<{ type: string; data: unknown }>;
};

/** Where shipped schemas and samples are kept: `<type>.json` each. */
export type Folders = { readonly events: string; readonly samples: string };

/** JSON Schema (2020-12) of the data of every event version, by type. */
export function schemasOf(contracts: Contracts): Map<string, unknown> {
  const schemas = Object.values(contracts).flatMap((contract) => Object.entries(contract.schemas));
  return new Map(
    schemas
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([type, schema]) => [type, plain(z.toJSONSchema(schema, { io: 'input' }))]),
  );
}

/** Writes the schema of each event version that has not shipped yet; one that has is left as it is. */
export function shipNew(contracts: Contracts, { events }: Folders): readonly string[] {
  mkdirSync(events, { recursive: true });
  const fresh = [...schemasOf(contracts)].filter(([type]) => !existsSync(file(events, type)));
  for (const [type, schema] of fresh) {
    writeFileSync(file(events, type), `${JSON.stringify(schema, null, 2)}\n`);
  }
  return fresh.map(([type]) => type);
}

/** What is wrong between the contracts and what has shipped, one sentence each; nothing when all is well. */
export function faultsOf(contracts: Contracts, folders: Folders): readonly string[] {
  const schemas = schemasOf(contracts);
  const known = [...schemas].flatMap(([type, schema]) => [
    ...schemaFaults(type, schema, folders.events),
    ...sampleFaults(contracts, type, folders.samples),
  ]);
  const strays = [folders.events, folders.samples].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => !schemas.has(name.replace(/\.json$/, '')))
      .map(
        (name) => `${join(folder, name)}: no contract describes it; shipped events stay for ever`,
      ),
  );
  const raised = Object.values(contracts).flatMap((one) => raisedFaults(one, folders.samples));
  return [...known, ...upcasterFaults(contracts), ...raised, ...strays];
}

function schemaFaults(type: string, schema: unknown, folder: string): string[] {
  const path = file(folder, type);
  if (!existsSync(path)) return [`${path} is missing: run npm run contracts`];
  if (isDeepStrictEqual(read(path), schema)) return [];
  return [`${type} has shipped and was changed: add its next version and an upcaster instead`];
}

function sampleFaults(contracts: Contracts, type: string, folder: string): string[] {
  const path = file(folder, type);
  if (!existsSync(path)) return [`${path} is missing: every event version has a golden sample`];
  const contract = Object.values(contracts).find(({ schemas }) => Object.hasOwn(schemas, type));
  const result = contract?.schemas[type]?.safeParse(read(path));
  if (result?.success) return [];
  return [`${path} no longer parses: ${result?.error.issues.map(({ message }) => message)}`];
}

/** Every version but the last of its event has an upcaster to a type that exists. */
function upcasterFaults(contracts: Contracts): string[] {
  return Object.values(contracts).flatMap(({ schemas, upcasters }) =>
    Object.keys(schemas)
      .filter((type) => Object.hasOwn(schemas, next(type)) && !Object.hasOwn(upcasters, type))
      .map((type) => `${type} has a successor and no upcaster to it`),
  );
}

/** What an upcaster makes of the sample of its version is an event of the version that it says. */
function raisedFaults({ schemas, upcasters }: Contracts[string], folder: string): string[] {
  return Object.entries(upcasters).flatMap(([type, upcast]) => {
    const sample = schemas[type]?.safeParse(
      existsSync(file(folder, type)) && read(file(folder, type)),
    );
    if (!sample?.success) return [];
    const raised = upcast(sample.data as never);
    const isEvent = schemas[raised.type]?.safeParse(raised.data).success === true;
    return isEvent ? [] : [`${type} becomes ${raised.type}, which does not parse`];
  });
}

const next = (type: string): string => type.replace(/\d+$/, (version) => `${Number(version) + 1}`);
const file = (folder: string, type: string): string => join(folder, `${type}.json`);
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
