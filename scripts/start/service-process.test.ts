import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@relais/postgres/embedded';
import t, { type Test } from 'tap';
import { printer } from './lines.ts';
import { superviseService } from './service-process.ts';

const lifecycle = join(import.meta.dirname, '../../packages/http/lifecycle.ts');

/** Ready at once, with `stopWithSupervisor`; GET /crash ends it, /hang makes it deaf, /stall keeps /health/ready waiting. */
const healthyService = `
  import { createServer } from 'node:http';
  import { stopWithSupervisor } from ${JSON.stringify(lifecycle)};
  let stalled;
  const server = createServer((request, response) => {
    if (request.url === '/crash') process.exit(7);
    if (request.url === '/hang') for (;;);
    if (request.url === '/stall') stalled = 0;
    if (request.url === '/health/ready' && stalled !== undefined) {
      stalled++;
      return;
    }
    if (request.url === '/stalled') return void response.end(String(stalled));
    response.end(String(process.pid));
  });
  server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
  stopWithSupervisor(async () => {
    console.log('closing');
    server.close();
  });`;

const isAlive = (pid: number | undefined): boolean => {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 15 s');
    await sleep(5);
  }
}

const quick = { restartMinMs: 10, healthEveryMs: 20, answerMaxMs: 500 };

async function supervised(
  t: Test,
  text: string,
  {
    laterEnv,
    code = '',
    patience = {},
  }: { laterEnv?: Promise<{ WORD: string }>; code?: string; patience?: object } = {},
) {
  const port = await freePort();
  const lines: string[] = [];
  const say = printer((line) => lines.push(line.trimEnd()));
  const service = superviseService({
    name: 'fixture',
    entry: join(t.testdir({ 'main.ts': text, 'service.ts': code }), 'main.ts'),
    url: `http://127.0.0.1:${port}`,
    env: { PORT: String(port) },
    ...(laterEnv && { laterEnv }),
    print: say('fixture'),
    patience: { ...quick, silentChecksMax: 1, failedStartsMax: 2, ...patience },
  });
  t.teardown(() => service.stop());
  return { service, lines };
}

t.test(
  'a service comes up, its lines carry its name, and it stops in an orderly way',
  async (t) => {
    const { service, lines } = await supervised(t, healthyService);
    await service.ready;
    const pid = service.pid();
    t.ok(isAlive(pid));
    await service.stop();
    t.notOk(isAlive(pid));
    t.same(lines, ['fixture    | listening', 'fixture    | ready', 'fixture    | closing']);
  },
);

/** Not ready before it was asked 300 times; meanwhile it is at the position that `at` gives. */
const buildingService = (at: string) => `
  import { createServer } from 'node:http';
  import { stopWithSupervisor } from ${JSON.stringify(lifecycle)};
  let asked = 0;
  const server = createServer(({ url }, response) => {
    if (url === '/health/ready' && asked++ < 300) response.statusCode = 503;
    response.end(JSON.stringify({ projections: [{ position: String(${at}) }] }));
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');
  stopWithSupervisor(async () => void server.close());`;

t.test('a service that builds its rows may take as long as it gets on', async (t) => {
  const patience = { readyMaxMs: 3_000 };
  const { service } = await supervised(t, buildingService('asked'), { patience });
  await service.ready;
  const { service: stuck } = await supervised(t, buildingService('7'), { patience });
  await t.rejects(stuck.ready, /was not ready within 3000 ms/);
});

t.test('a service that crashes or hangs is started again', { timeout: 60_000 }, async (t) => {
  const { service, lines } = await supervised(t, healthyService);
  await service.ready;
  const readyTimes = () => lines.filter((line) => line.endsWith('| ready')).length;
  const first = service.pid();
  await fetch(`${service.url}/crash`).catch(() => undefined);
  await until(() => readyTimes() === 2);
  t.ok(lines.includes('fixture    | ended (7)'));
  const second = service.pid();
  t.not(second, first);
  fetch(`${service.url}/hang`).catch(() => undefined);
  await until(() => readyTimes() === 3);
  t.ok(lines.includes('fixture    | ended (SIGKILL)'));
  t.notOk(isAlive(second));
});

t.test('a service whose database hangs is not ready, and is left alone', async (t) => {
  const { service, lines } = await supervised(t, healthyService);
  await service.ready;
  const pid = service.pid();
  const stalled = async (path: string) => Number(await (await fetch(service.url + path)).text());
  await stalled('/stall');
  await untilAsync(async () => (await stalled('/stalled')) >= 2);
  t.ok(lines.includes('fixture    | not ready'));
  t.equal(service.pid(), pid);
});

t.test('a service loads its code before all of its environment is known', async (t) => {
  const later = Promise.withResolvers<{ WORD: string }>();
  const { service, lines } = await supervised(
    t,
    `console.log(process.env.WORD); ${healthyService}`,
    { laterEnv: later.promise, code: "console.log('loaded');" },
  );
  await until(() => lines.length === 1);
  t.same(lines, ['fixture    | loaded']);
  later.resolve({ WORD: 'told' });
  await service.ready;
  t.match(lines[1], 'told');
  await fetch(`${service.url}/crash`).catch(() => undefined);
  await until(() => lines.filter((line) => line.endsWith('| told')).length === 2);
});

t.test('a service that never comes up is given up', async (t) => {
  const { service, lines } = await supervised(t, "throw new Error('no such luck');");
  await t.rejects(service.ready, /fixture does not start/);
  t.match(lines.join('\n'), /no such luck/);
  await service.stop();
});

t.test('a killed supervisor leaves no service behind', async (t) => {
  const port = await freePort();
  const entry = join(t.testdir({ 'main.ts': healthyService }), 'main.ts');
  const script = `
    const { superviseService } = await import(${JSON.stringify(join(import.meta.dirname, 'service-process.ts'))});
    const service = superviseService({
      name: 'fixture', entry: ${JSON.stringify(entry)}, url: 'http://127.0.0.1:${port}',
      env: { PORT: '${port}' }, print() {},
    });
    await service.ready;
    process.stdout.write(String(service.pid()));`;
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(supervisor.stdout, 'data')) as [Buffer];
  t.ok(isAlive(Number(text.toString())));
  supervisor.kill('SIGKILL');
  await t.resolves(
    untilAsync(async () => !(await answers(`http://127.0.0.1:${port}`))),
    'the service ended by itself',
  );
});

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function untilAsync(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 10 s');
    await sleep(20);
  }
}
