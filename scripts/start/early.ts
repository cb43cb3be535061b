/**
 * `node --import early.ts <service>/main.ts`: loads the code of the service beside that file before the supervisor knows all of its
 * environment, and lets main.ts run once the supervisor has sent the rest of it.
 */
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

process.once('disconnect', abandoned);
const sent = once(process, 'message');
const [, entry = ''] = process.argv;
// What is wrong with it main.ts will say.
await import(pathToFileURL(join(dirname(entry), 'service.ts')).href).catch(() => undefined);
const [rest] = await sent;
// biome-ignore lint/style/noProcessEnv: before the service reads it.
Object.assign(process.env, rest);
process.off('disconnect', abandoned);

function abandoned(): void {
  process.exit(0);
}
