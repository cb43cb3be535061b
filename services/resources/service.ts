import { runReaction } from '@relais/event-log/react';
import type { TokenOptions } from '@relais/http/token';
import type { ServiceConfig } from '@relais/service/config';
import { type RunningService, runService } from '@relais/service/run-service';
import { resourcesApp } from './app.ts';
import { resourcesProjection } from './project.ts';
import { answerWithPlaces, placesReaction, placesReactionPrefixes } from './react.ts';

/** Starts one process of the resources service; `keys` are the issuer's. */
export const startResources = (
  config: ServiceConfig,
  keys: TokenOptions['keys'],
): Promise<RunningService> =>
  runService({
    name: 'resources',
    config,
    projection: resourcesProjection,
    app: (base) => resourcesApp({ ...base, issuer: config.RELAIS_ISSUER, keys }),
    background: ({ log }, run) => [
      runReaction({
        ...run,
        log,
        name: placesReaction,
        prefixes: placesReactionPrefixes,
        on: answerWithPlaces(log),
      }),
    ],
  });
