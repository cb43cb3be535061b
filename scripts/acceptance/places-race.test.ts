import { startDouble } from '@relais/event-log/double/server';
import { openLog } from '@relais/event-log/open-log';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t, { type Test } from 'tap';
import { environment } from '../environment.ts';
import { fileMaxMs } from './eventually.ts';
import { type Course, newCourse } from './places-course.ts';
import { openRacers, type Racers } from './racers.ts';

/** RELAIS_RACE_ROUNDS=2000 makes a night of it. A fifth of them on the double, which is slower than the server it stands for. */
const rounds = Number(environment.RELAIS_RACE_ROUNDS || 100);
const timeout = fileMaxMs + rounds * 10_000;
t.setTimeout(timeout);
const places = 50;
const requests = 200;
/** Places that are given back in each round, and raced for again. */
const back = 10;
/** In one of so many rounds a process is killed. */
const killEvery = 20;

t.test('on PostgreSQL', { timeout }, (t) => race(t, rounds));
t.test('on EventStoreDB, here its double', { timeout }, async (t) => {
  const double = await startDouble();
  t.teardown(() => double.close());
  await race(t, Math.ceil(rounds / 5), double.url);
});

/** Two hundred requests for fifty places, on three processes, again and again. */
async function race(t: Test, rounds: number, eventStoreUrl?: string): Promise<void> {
  const { url, database } = await freshDatabase(t, { max: 4 });
  const log = await openLog({ database, eventStoreUrl });
  t.teardown(() => log.close());
  const racers = await openRacers(t, [url, ...(eventStoreUrl ? [eventStoreUrl] : [])]);
  const wrong: string[] = [];
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    const course = await newCourse(log, places);
    const isKilling = round % killEvery === killEvery - 1;
    const found = await play(course, racers, isKilling ? 5 + ((round * 7) % 40) : undefined);
    if (isKilling) killed += 1;
    wrong.push(...found.map((what) => `round ${round}: ${what}`));
  }
  t.same(wrong, [], `${rounds} rounds on three processes, in ${killed} of which one was killed`);
}

/** What was not as it must be. */
async function play(
  course: Course,
  racers: Racers,
  killAfter: number | undefined,
): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) wrong.push(`${what}: ${found}, not ${expected}`);
  };
  await racers.everyOne([course.published]);
  const first = course.requests(requests);
  await racers.share(first, killAfter);
  const won = await course.holders();
  expect('winners', won.held.length, places);
  expect('refused', won.refused, requests - places);
  expect('most held at once', won.heldMax, places);

  const released = course.releases(won.held.slice(0, back));
  await racers.everyOne(released);
  const given = await course.holders();
  expect('still held', given.held.length, places - back);
  expect('given back', given.released, back);

  const late = course.requests(3 * back);
  await racers.share([...late, ...released, ...first.slice(0, back)]);
  const after = await course.holders();
  expect('winners of what came back', after.held.length, places);
  expect('given back, once', after.released, back);
  expect('refused in all', after.refused, requests - places + 2 * back);
  expect('most held at once in the end', after.heldMax, places);
  expect('answers to one request', after.answersMax, 1);
  return wrong;
}
