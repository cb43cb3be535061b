/** What the platform does by itself in this service, because of events or because time has passed. */
import type { ConsumerRun } from '@relais/event-log/consumer';
import { runReaction } from '@relais/event-log/react';
import { runTimers } from '@relais/event-log/timers';
import {
  contactsReaction,
  contactsReactionPrefixes,
  forgetContacts,
} from './contacts/forgetting.ts';
import type { Desk } from './desk.ts';
import { importWork } from './exchange/imports/work.ts';
import { fireExchangeDate, planExchangeDates } from './exchanges/deadlines.ts';
import { ageingPrefixes, ageingTimers, fireAgeing, planAgeing } from './offers/ageing.ts';
import { answerWithPlaces, placesReaction, placesReactionPrefixes } from './places/react.ts';
import { firePlaces, placeTimers, planPlaces } from './places/timers.ts';
import { fireQuestionDate, planQuestionDates } from './questions/deadlines.ts';
import {
  endWithOffer,
  fireReminder,
  giveSeats,
  planReminders,
  reminderPrefixes,
  reminderTimers,
  seatsPrefixes,
  seatsReaction,
  withdrawnPrefixes,
  withdrawnReaction,
} from './sessions/by-itself.ts';
import { fireStays, planStays, stayTimers } from './stays/timers.ts';

/** Each runs until the signal aborts; any number of processes may do it at once, one is at work for each. */
export const backgroundWork = (desk: Desk, run: ConsumerRun): readonly Promise<void>[] => [
  runReaction({
    ...run,
    log: desk.log,
    name: placesReaction,
    prefixes: placesReactionPrefixes,
    on: answerWithPlaces(desk),
  }),
  runTimers({
    ...run,
    log: desk.log,
    name: placeTimers,
    prefixes: ['place-pool-'],
    plan: planPlaces,
    fire: (timer, commandId) => firePlaces(desk, timer, commandId),
    now: desk.now,
  }),
  runTimers({
    ...run,
    log: desk.log,
    name: stayTimers,
    prefixes: ['stay-'],
    plan: planStays,
    fire: (timer, commandId) => fireStays(desk, timer, commandId),
    now: desk.now,
  }),
  runReaction({
    ...run,
    log: desk.log,
    name: contactsReaction,
    prefixes: contactsReactionPrefixes,
    on: (record) => forgetContacts(desk, record),
  }),
  runTimers({
    ...run,
    log: desk.log,
    name: ageingTimers,
    prefixes: ageingPrefixes,
    now: desk.now,
    plan: planAgeing,
    fire: (timer, commandId) => fireAgeing(desk, timer, commandId),
  }),
  runTimers({
    ...run,
    log: desk.log,
    name: reminderTimers,
    prefixes: reminderPrefixes,
    now: desk.now,
    plan: planReminders,
    fire: (timer, commandId) => fireReminder(desk, timer, commandId),
  }),
  runReaction({
    ...run,
    log: desk.log,
    name: seatsReaction,
    prefixes: seatsPrefixes,
    on: (record) => giveSeats(desk, record),
  }),
  runReaction({
    ...run,
    log: desk.log,
    name: withdrawnReaction,
    prefixes: withdrawnPrefixes,
    on: (record) => endWithOffer(desk, record),
  }),
  importWork(desk, run),
  runTimers({
    ...{ ...run, log: desk.log, now: desk.now },
    name: 'resources-exchange-dates',
    prefixes: ['exchange-'],
    plan: planExchangeDates,
    fire: (timer, commandId) => fireExchangeDate(desk, timer, commandId),
  }),
  runTimers({
    ...{ ...run, log: desk.log, now: desk.now },
    name: 'resources-question-dates',
    prefixes: ['question-'],
    plan: planQuestionDates,
    fire: (timer, commandId) => fireQuestionDate(desk, timer, commandId),
  }),
];
