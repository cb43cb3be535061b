/** What the platform does by itself in this service, because of events or because time has passed. */
import type { ConsumerRun } from '@relais/event-log/consumer';
import { runReaction } from '@relais/event-log/react';
import type { Desk } from './desk.ts';
import { answerWithPlaces, placesReaction, placesReactionPrefixes } from './react.ts';

/** Each runs until the signal aborts; any number of processes may do it at once, one is at work for each. */
export const backgroundWork = (desk: Desk, run: ConsumerRun): readonly Promise<void>[] => [
  runReaction({
    ...run,
    log: desk.log,
    name: placesReaction,
    prefixes: placesReactionPrefixes,
    on: answerWithPlaces(desk.log),
  }),
];
