/** The stories of the resources service, one after the other on one platform. */

import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';
import type { Platform } from '../platform.ts';
import { playDirectory } from '../scenario/directory.ts';
import { playExpertise } from '../scenario/expertise.ts';
import { playFormats } from '../scenario/formats.ts';
import { playImport } from '../scenario/import.ts';
import { playPlaces } from '../scenario/places.ts';
import { playSearch } from '../scenario/search.ts';
import { playSessions } from '../scenario/sessions.ts';
import { playSvp } from '../scenario/svp.ts';
import { type Telling, telling } from '../scenario/telling.ts';
import { playWaiting } from '../scenario/waiting.ts';
import { fileMaxMs } from './eventually.ts';
import { openStage } from './stage.ts';

t.setTimeout(fileMaxMs);

/** A module of scripts/scenario each: it throws where the platform does not do what is told. */
const stories: { readonly [title: string]: (platform: Platform, told: Telling) => Promise<void> } =
  {
    'associations keep a directory of what they offer': playDirectory,
    'a directory kept elsewhere comes in, twice, without doubling': playImport,
    'directories of others come in and go out by published formats': playFormats,
    'what few know of is found by who needs it': playSearch,
    'what one association lacks another gives, in hours': playExpertise,
    'a question goes to who knows, and its answer to everybody': playSvp,
    'places are named, kept, confirmed and given back': playPlaces,
    'who finds no place waits, and has the one that comes free': playWaiting,
    'associations plan sessions, register for them and tell who came': playSessions,
  };

const { url: databaseUrl } = await freshDatabase(t);
const stage = await openStage(t, { databaseUrl });
await stage.ready(...Object.values(stage.services).flat());

for (const [title, play] of Object.entries(stories)) {
  t.test(title, async (t) => {
    await play(
      stage.platform,
      telling((line) => t.comment(line)),
    );
    t.pass(title);
  });
}
