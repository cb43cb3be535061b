import { setTimeout as pause } from 'node:timers/promises';
import type { AccessProbe } from '../access-probe.ts';

/** One import over the interface, from its announcement to its report. */
export type Imported = {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly import: any;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly report: any[];
};
export type Importer = (
  file: string | Buffer,
  announced: object,
  partBytes?: number,
) => Promise<Imported>;

const waitMaxMs = 30_000;

export const append = (
  { app, tokens }: Pick<AccessProbe, 'app' | 'tokens'>,
  id: string,
  offset: number,
  bytes: Buffer,
) =>
  app.inject({
    method: 'PATCH',
    url: `/v1/imports/${id}/content`,
    headers: {
      authorization: `Bearer ${tokens.owner}`,
      'content-type': 'application/partial-upload',
      'upload-offset': `${offset}`,
    },
    payload: bytes,
  });

/** An import once it is in one of these states. */
export async function reached({ ask }: AccessProbe, id: string, states: readonly string[]) {
  const deadline = performance.now() + waitMaxMs;
  for (;;) {
    const { body } = await ask(`/imports/${id}`);
    if (states.includes(body.state)) return body;
    if (performance.now() > deadline) throw new Error(`not within ${waitMaxMs} ms: ${states}`);
    await pause(20);
  }
}

/** Announces a file, sends it in parts, waits until it is over, and reads its report. */
export const importer =
  (probe: AccessProbe): Importer =>
  async (file, announced, partBytes = 64 * 1024) => {
    const bytes = Buffer.from(file);
    const made = await probe.ask('/imports', { ...announced, size: bytes.length });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const { id } = made.body;
    for (let at = 0; at < bytes.length; at += partBytes) {
      const answer = await append(probe, id, at, bytes.subarray(at, at + partBytes));
      if (answer.statusCode !== 200) throw new Error(answer.body);
    }
    const over = await reached(probe, id, ['applied', 'refused']);
    const report = await probe.ask(`/imports/${id}/report?limit=100`);
    return { id, import: over, report: report.body.items };
  };
