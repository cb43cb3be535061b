import { createServer } from 'node:net';
import { WrongOption } from './options.ts';

const firstPort = 4_400;
const rangesMax = 50;
const rangeStep = 10;

/** So many ports in a row that nothing listens on: from `wanted`, or else the first range from 4400. */
export async function findPorts(
  wanted: number | undefined,
  count: number,
  host: string,
): Promise<number[]> {
  if (wanted !== undefined) {
    const ports = range(wanted, count);
    const taken = await firstTaken(ports, host);
    if (taken === undefined) return ports;
    throw new WrongOption(`port ${taken} is taken: choose another range with --port`);
  }
  for (let attempt = 0; attempt < rangesMax; attempt++) {
    const ports = range(firstPort + attempt * rangeStep, count);
    if ((await firstTaken(ports, host)) === undefined) return ports;
  }
  throw new WrongOption(`no free range of ports from ${firstPort} on: choose one with --port`);
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

async function firstTaken(ports: readonly number[], host: string): Promise<number | undefined> {
  for (const port of ports) {
    if (!(await isFree(port, host))) return port;
  }
  return undefined;
}

function isFree(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.on('error', () => resolve(false));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
