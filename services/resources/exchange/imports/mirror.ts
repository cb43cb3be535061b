/** How an entry gets into the directory as its source has it. */
import type { ContactPoint } from '@relais/contracts/directory';
import type { Sealed } from '@relais/contracts/sealed';
import { eventId } from '@relais/event-log/event-id';
import type { EventContract } from '@relais/event-log/parse';
import { type CommandContext, type Loaded, load, submit } from '@relais/event-log/submit';
import { contactPlace } from '../../contacts/subject.ts';
import type { Desk } from '../../desk.ts';

/** Seals the contact for the event that it will stand in; undefined: it stays as it is. */
export type ToSeal = (stream: string, type: string) => Promise<Sealed | null | undefined>;

export type How = {
  readonly context: CommandContext;
  readonly toSeal: ToSeal;
  /** Nothing of it is known, so that its stream is most likely not there. */
  readonly isNew: boolean;
};
/** The events by which an entry comes to be, and changes. */
type Types = { readonly made: string; readonly changed: string };

/** Whether something had to be appended. Throws where the rules refuse a mirror, which they have no reason to. */
export async function bring<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  target: Parameters<typeof load<Command, State, Event, Refusal>>[0],
  { context, toSeal, isNew, made, changed }: How & Types,
  command: (contact: Sealed | null | undefined) => Command,
): Promise<boolean> {
  const from = isNew ? unread(target.aggregate) : await load(target, context.commandId);
  const stream = `${target.aggregate.category}-${target.id}`;
  const contact = await toSeal(stream, from.revision === 'none' ? made : changed);
  const expected = from.revision;
  const outcome = await submit(command(contact), { ...target, context, from, expected });
  if (isNew && outcome.outcome === 'stale') {
    const how = { context, toSeal, isNew: false, made, changed };
    return bring(target, how, command);
  }
  if (outcome.outcome !== 'done') {
    const why = outcome.outcome === 'refused' ? (outcome.refusal as { code: string }).code : '';
    throw new Error(`a mirror was not taken: ${outcome.outcome} ${why}`);
  }
  // A command that was repeated, after an interruption say, appended it the first time.
  return isNew || from.done !== undefined || !outcome.duplicate;
}

const unread = <State>({ initial: state }: { readonly initial: State }): Loaded<State> => ({
  ...{ state, revision: 'none', position: 0n, done: undefined },
});

/** An event that its contract refuses would stop every reader of the log: it must not be appended. */
export const fits = (
  { schemas }: { readonly schemas: EventContract<never>['schemas'] },
  type: string,
  data: unknown,
): boolean => schemas[type]?.safeParse(data).success ?? false;

export const sealing =
  ({ vault }: Pick<Desk, 'vault'>, commandId: string, contact: ContactPoint | null): ToSeal =>
  async (stream, type) => {
    if (contact === null) return null;
    const person = contactPlace(stream, commandId, type).personAt('contact');
    const at = { stream, eventId: eventId(commandId, 0), type, field: 'contact' };
    return vault.seal(person, 'contact', JSON.stringify(contact), at);
  };
