import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type StartOptions = {
  readonly dataDir: string;
  /** First of a range: one port a service. Undefined: the first range that is free. */
  readonly port: number | undefined;
  readonly demo: boolean;
};

export const usage = `npm start -- [options]

Starts the whole platform on this machine: PostgreSQL (embedded, unless DATABASE_URL is set), the event log
(in PostgreSQL, unless EVENTSTORE_URL is set) and every service, each in a process of its own.

  --data-dir <folder>  where everything is kept, found again at the next start (default: .data)
  --port <number>      first of a range of ports, one a service (default: the first free from 4400)
  --no-demo            at the first start: leave out the demo network
  --help               this text

Addresses and clients are written to <data-dir>/platform.json. Ctrl-C stops everything.
`;

/** A wrong command line; the message is for the person who typed it. */
export class WrongOption extends Error {
  override readonly name = 'WrongOption';
}

/** Reads the command line; `help` when it asks for help. Throws WrongOption. */
export function readOptions(args: readonly string[], servicesCount: number): StartOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values['data-dir'] === '') throw new WrongOption('--data-dir needs a folder');
  const portMax = 65_536 - servicesCount;
  const text = values.port;
  const port = text === undefined ? undefined : Number(text);
  if (port !== undefined && !(/^\d+$/.test(text ?? '') && port >= 1 && port <= portMax)) {
    throw new WrongOption(`--port needs a whole number from 1 to ${portMax}, not "${text}"`);
  }
  return { dataDir: resolve(values['data-dir'] ?? '.data'), port, demo: !values['no-demo'] };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongOption((error as Error).message);
  }
}
