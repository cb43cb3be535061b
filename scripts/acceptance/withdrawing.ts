/** An offer that is withdrawn while whoever cancels its sessions is killed. */
import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import { until } from './eventually.ts';
import { newOffer } from './narrative.ts';
import type { Partner } from './partner.ts';
import { killLeader, type Stage } from './stage.ts';

const sessions = 60;
const dayMs = 24 * 3_600_000;

/** With two processes of the resources service: every session with somebody in it is cancelled, once. */
export async function withdrawAcrossDeaths(
  t: Test,
  stage: Stage,
  organiser: Partner,
  guest: Partner,
): Promise<void> {
  const [one, two] = stage.services.resources.map(({ url }) => `${url}/v1`);
  const offer = await organiser.post(`${one}/offers`, {
    body: newOffer('Café des langues', { kind: 'workshop' }),
  });
  const days = Array.from({ length: sessions }, (_, n) =>
    new Date(Date.now() + (n + 2) * dayMs).toISOString().slice(0, 10),
  );
  const start = `${days[0]}T18:00`;
  const rule = `FREQ=DAILY;COUNT=${sessions}`;
  const series = await organiser.post(`${one}/series`, {
    body: { offer: offer.body.id, schedule: { start, rule }, durationMinutes: 60 },
  });
  const registered = await Promise.all(
    days.map((day) =>
      guest.post(
        `${two}/series/${series.body.id}/sessions/${day.replaceAll('-', '')}T1800/registrations`,
        {
          body: { registrant: { who: 'worker', worker: randomUUID() } },
        },
      ),
    ),
  );
  t.same([...new Set(registered.map(({ status }) => status))], [201]);

  const cancelled = async (): Promise<string[]> => {
    const { rows } = await stage.database.query<{ stream: string }>(
      `select stream from event_log.event
       where type = 'session-cancelled.v1' and data::jsonb->>'offer' = $1`,
      [offer.body.id],
    );
    return rows.map(({ stream }) => stream);
  };
  const etag = offer.headers.get('etag') ?? '';
  const withdrawn = await organiser.post(`${two}/offers/${offer.body.id}/withdraw`, { etag });
  t.equal(withdrawn.status, 200, withdrawn.text);
  await until('a first session is cancelled', async () => (await cancelled()).length > 0);
  await killLeader(stage, 'resources-sessions-withdrawn');
  t.comment(`${(await cancelled()).length} of ${sessions} were cancelled when it died`);
  await until('all are', async () => new Set(await cancelled()).size === sessions);
  await stage.ready(...stage.services.resources);
  t.equal((await cancelled()).length, sessions, 'each once');
}
