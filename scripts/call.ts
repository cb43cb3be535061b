/**
 * `npm run call -- <organisation> <role> <service> <METHOD> <path> [json] [options]`: one request to the running platform as a
 * member of it. Prints status, ETag and body.
 * `npm run --silent token -- <organisation> <role> <service>` prints an access token, for curl.
 */
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { type Answer, member, readPlatform } from './platform.ts';

const usage = `npm run call -- <organisation> <role> <service> <METHOD> <path> [json] [options]
npm run --silent token -- <organisation> <role> <service> [--data-dir DIR]

  --if-match REVISION  the revision that a change starts from
  --key KEY            the Idempotency-Key (default: a fresh one)
  --field NAME         print this field of the answer alone: id, etag or persons.0.person; several on one line
  --data-dir DIR       of the running platform (default: .data)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'data-dir': { type: 'string', default: '.data' },
    field: { type: 'string', multiple: true },
    'if-match': { type: 'string' },
    key: { type: 'string' },
    token: { type: 'boolean', default: false },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const [organisation, role, service, method, path, json] = positionals;

try {
  if (organisation === undefined || role === undefined || service === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
  } else {
    const caller = member(await readPlatform(values['data-dir']), service, organisation, role);
    if (values.token) print(await caller.token());
    else if (method === 'GET' && path !== undefined) tell(await caller.get(path));
    else if (method === 'POST' && path !== undefined) {
      const revision = values['if-match'];
      const options = {
        ...(values.key !== undefined && { key: values.key }),
        ...(revision !== undefined && { etag: `"${revision.replaceAll('"', '')}"` }),
      };
      tell(await caller.post(path, JSON.parse(json ?? '{}'), options));
    } else {
      process.stderr.write(usage);
      process.exitCode = 2;
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function tell({ status, etag, body }: Answer): void {
  const { field: fields } = values;
  if (status < 400 && fields !== undefined) {
    const found = fields.map((field) =>
      field.split('.').reduce((value, name) => value?.[name], { etag, ...body }),
    );
    print(found.join(' '));
    return;
  }
  print(etag === undefined ? `${status}` : `${status}  ETag: ${etag}`);
  if (body !== undefined) print(JSON.stringify(body, undefined, 2));
  if (status >= 400) process.exitCode = 1;
}
