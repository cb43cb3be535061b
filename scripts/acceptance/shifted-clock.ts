/** Loaded into a process with `--import`: its clock is off by the milliseconds in a file, read again at each SIGUSR2. */
import { readFileSync } from 'node:fs';
import { environment } from '../environment.ts';

const TrueDate = Date;
const file = environment.RELAIS_TEST_CLOCK ?? '';
let offMs = 0;
const read = (): void => {
  offMs = Number(readFileSync(file, 'utf8'));
};
read();
process.on('SIGUSR2', read);

class ShiftedDate extends TrueDate {
  constructor(...given: [] | [string | number | Date]) {
    if (given.length === 0) super(TrueDate.now() + offMs);
    else super(...(given as [number]));
  }
  static override now(): number {
    return TrueDate.now() + offMs;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;
