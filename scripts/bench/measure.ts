import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '@relais/postgres/database';

/** A row of the table that `npm run bench` prints. */
export type Row = {
  readonly what: string;
  readonly ours: string;
  /** What it is compared with, measured in the same run. */
  readonly comparison?: string;
  /** Ours divided by the comparison. */
  readonly ratio?: number;
  readonly target?: { readonly text: string; readonly isMet: boolean };
};
export type Report = (row: Row) => void;

export type Rate = {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
};

/** Runs `work` in `callers` loops for `ms`; each call is one operation. */
export async function rateOf(
  callers: number,
  ms: number,
  work: () => Promise<unknown>,
): Promise<Rate> {
  const times: number[] = [];
  const start = performance.now();
  const caller = async () => {
    while (performance.now() - start < ms) {
      const since = performance.now();
      await work();
      times.push(performance.now() - since);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsedMs = performance.now() - start;
  times.sort((one, other) => one - other);
  return {
    perSecond: (times.length / elapsedMs) * 1000,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

/** Of sorted numbers. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export const median = (numbers: readonly number[]): number =>
  quantile(
    [...numbers].sort((one, other) => one - other),
    0.5,
  );

/** The run with the median rate: other programs share the machine. */
export const typical = (rates: readonly Rate[]): Rate => {
  const middle = median(rates.map((rate) => rate.perSecond));
  const found = rates.find((rate) => rate.perSecond === middle);
  if (found === undefined) throw new Error('nothing was measured');
  return found;
};

export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** `12,345/s  median 1.23 ms  p99 4.56 ms` */
export const shown = ({ perSecond, medianMs, p99Ms }: Rate): string =>
  `${count(perSecond)}/s  median ${medianMs.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`;

export type BenchDatabase = AsyncDisposable & { readonly url: string; readonly database: Database };

/** A database of its own on the server of `url`, dropped at the end of the block that is `await using` it. */
export async function benchDatabase(url: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const server = openDatabase({ url, max: 1 });
  await server.query(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = openDatabase({ url: own.href, max: 10, statementTimeoutMs: 120_000 });
  return {
    url: own.href,
    database,
    async [Symbol.asyncDispose]() {
      await database.close();
      await server.query(`drop database ${name} with (force)`);
      await server.close();
    },
  };
}
