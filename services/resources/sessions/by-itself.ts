/** What the platform does for sessions by itself: reminders, seats when a series has more, an end with their offer. */
import { system } from '@relais/contracts/actors';
import { OfferId, SeriesId } from '@relais/contracts/ids';
import { offerContract } from '@relais/contracts/offer-events';
import { seriesContract, sessionContract } from '@relais/contracts/session-events';
import { streamId } from '@relais/event-log/event-id';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { reactionCommandId } from '@relais/event-log/react';
import { type CommandContext, submit } from '@relais/event-log/submit';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import type { Desk } from '../desk.ts';
import { readSeries } from '../series/stored.ts';
import { readOffer } from '../stored.ts';
import { causeOf, platformContext, timerCause } from '../system-command.ts';
import type { SessionCommand } from './decide.ts';
import { offerWithdrawn } from './found.ts';
import { factsOf, sessionTarget } from './stored.ts';

/** Name the checkpoints, and are part of the ids of their commands. */
export const reminderTimers = 'resources-session-reminders';
export const seatsReaction = 'resources-session-seats';
export const reminderPrefixes = ['session-'];
export const seatsPrefixes = ['series-'];
export const withdrawnReaction = 'resources-sessions-withdrawn';
export const withdrawnPrefixes = ['offer-', 'session-'];

type Own = Pick<Desk, 'log' | 'now' | 'rows'>;
type Asked =
  | { readonly type: 'settle' }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'remind'; readonly of: Of };
type Of = 'upcoming' | 'attendance';
type Data = {
  readonly of: Of;
  readonly series: string;
  readonly local: string;
  readonly correlationId: string;
};

const dayMs = 24 * 3_600_000;

/** A day before it begins, and a day after its end while somebody's attendance is missing. */
export function planReminders(record: Recorded): readonly TimerChange[] {
  const { type, data } = parse(sessionContract, record);
  if (type === 'session-cancelled.v1') return [{ cancelStream: true }];
  if (type === 'session-reminded.v1') return [];
  const { startsAt, endsAt, series, originalStart: local } = data;
  const { correlationId } = record.metadata;
  const set = (of: Of, atMs: number): TimerChange => ({
    set: `${record.stream} ${of}`,
    dueAt: new Date(atMs).toISOString(),
    data: { of, series, local, correlationId } satisfies Data,
  });
  const attendance = set('attendance', Date.parse(endsAt) + dayMs);
  const isToCome = startsAt > record.recordedAt;
  return isToCome ? [set('upcoming', Date.parse(startsAt) - dayMs), attendance] : [attendance];
}

/** The rules say whether it is still called for, and once only. */
export async function fireReminder(desk: Own, timer: Timer, commandId: string): Promise<void> {
  const { of, series, local } = timer.data as Data;
  // A clock set back in between must not make it happen before it was due.
  const now = new Date(Math.max(desk.now().getTime(), Date.parse(timer.dueAt))).toISOString();
  const context = platformContext(timerCause(reminderTimers, timer, now), commandId);
  await act(desk, series, local, { type: 'remind', of }, context);
}

/** A series with more seats: in its sessions those who wait have them. */
export async function giveSeats(desk: Own, record: Recorded): Promise<void> {
  if (parse(seriesContract, record).type !== 'series-changed.v1') return;
  const series = streamId(record);
  await requireRows(desk, 'series', record);
  const waiting = await desk.rows.query<{ original_start: string }>(
    'select original_start from session where series = $1 and waiting > 0 and starts_at > $2',
    [series, record.recordedAt],
    'resources-sessions-waiting',
  );
  for (const { original_start: local } of waiting.rows) {
    const commandId = reactionCommandId(`${seatsReaction} ${local}`, record.id);
    const own = { association: null, occurredAt: desk.now().toISOString() };
    const context = platformContext({ ...causeOf(seatsReaction, record), ...own }, commandId);
    await act(desk, series, local, { type: 'settle' }, context);
  }
}

/**
 * With its offer, what is still to come of its sessions is cancelled, and so is every registration. One that was made
 * while the offer was withdrawn is found by its own event.
 */
export async function endWithOffer(desk: Own, record: Recorded): Promise<void> {
  if (record.stream.startsWith('session-')) return endLate(desk, record);
  if (parse(offerContract, record).type !== 'offer-withdrawn.v1') return;
  const offer = streamId(record);
  await requireRows(desk, 'offer', record);
  const planned = await desk.rows.query<{ series: string; original_start: string }>(
    `select series, original_start from session
     where offer = $1 and state = 'planned' and starts_at > $2`,
    [offer, desk.now().toISOString()],
    'resources-sessions-of-withdrawn',
  );
  for (const { series, original_start: local } of planned.rows) {
    await callOff(desk, record, series, local);
  }
}

/**
 * Throws TryAgain while the rows do not hold this event of an offer or a series. They are written in the order of the
 * log: with it in them, so are the registrations before it.
 */
async function requireRows(
  { rows: sql }: Own,
  table: 'offer' | 'series',
  record: Recorded,
): Promise<void> {
  const { rows } = await sql.query<{ revision: bigint }>(
    `select revision from ${table} where id = $1`,
    [streamId(record)],
    `resources-${table}-revision`,
  );
  const [row] = rows;
  if (row === undefined || row.revision < record.revision) {
    throw new TryAgain(`the rows of ${record.stream} are behind`);
  }
}

async function endLate(desk: Own, record: Recorded): Promise<void> {
  const { type, data } = parse(sessionContract, record);
  if (type !== 'session-registered.v1' && type !== 'session-changed.v1') return;
  const { state } = await readOffer(desk.log, OfferId.parse(data.offer));
  if (state === 'withdrawn') await callOff(desk, record, data.series, data.originalStart);
}

function callOff(desk: Own, record: Recorded, series: string, local: string): Promise<void> {
  const commandId = reactionCommandId(`${withdrawnReaction} ${series} ${local}`, record.id);
  const own = { association: null, occurredAt: desk.now().toISOString() };
  const cause = { ...causeOf(withdrawnReaction, record), ...own };
  const asked = { type: 'cancel', reason: offerWithdrawn } as const;
  return act(desk, series, local, asked, platformContext(cause, commandId));
}

async function act(
  { log }: Own,
  id: string,
  local: string,
  asked: Asked,
  context: CommandContext,
): Promise<void> {
  const series = await readSeries(log, SeriesId.parse(id));
  if (series.state === 'absent') return;
  // By itself the platform registers nobody: it gives seats, and cancels what is withdrawn.
  const offer = { isOpen: true, withdrawnAt: null };
  const facts = factsOf(series, local, offer, {
    ...{ actor: system, now: context.occurredAt, seesPersons: true },
  });
  const command: SessionCommand = { ...asked, ...facts };
  const target = sessionTarget(facts.occasion.session);
  const { outcome } = await submit(command, { log, ...target, context });
  if (outcome === 'contended') throw new TryAgain(`others write to session ${target.id}`);
}
