/**
 * Tools and guides that associations share, in versions. For every member, so nothing about persons. Storage formats:
 * never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { LanguageTag } from './associations.ts';
import { WebAddress } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { publishTool } from './examples.ts';
import { AssociationId } from './ids.ts';
import { PublicLink, publicText } from './public-text.ts';
import { Theme, ThemeCode } from './themes.ts';
import { Code, OccurredAt, text } from './values.ts';

export const PublicationState = z.enum(['published', 'withdrawn']).meta({ id: 'PublicationState' });
export type PublicationState = z.infer<typeof PublicationState>;
export const PublicationKind = z.enum(['tool', 'guide', 'leaflet', 'report']);

const terms = {
  kind: PublicationKind,
  title: publicText(200),
  summary: publicText(2_000).nullable().default(null),
  body: publicText(50_000).nullable().default(null),
  themes: z.array(Theme).min(1).max(20),
  languages: z.array(LanguageTag).min(1).max(50).default(['fr']),
  links: z.array(PublicLink).max(50).default([]),
};

/** `POST /v1/publications`, and `/v1/publications/:id/revise` with the whole of it: a new version. */
export const PublishTool = z
  .strictObject({ ...terms, occurredAt: OccurredAt })
  .meta({ id: 'PublishTool', examples: [publishTool] });
export const RevisePublication = z.strictObject({ ...terms, occurredAt: OccurredAt });
export const WithdrawPublication = z.strictObject({ occurredAt: OccurredAt });

/** What was published before a rule stays readable after it. */
const stored = {
  ...terms,
  ...{ kind: Code, themes: z.array(ThemeCode), title: text(200) },
  links: z.array(WebAddress).max(50).default([]),
  summary: text(2_000).nullable().default(null),
  body: text(50_000).nullable().default(null),
};
const schemas = {
  'publication-published.v1': z.strictObject({ association: AssociationId, ...stored }),
  'publication-revised.v1': z.strictObject({ association: AssociationId, ...stored }),
  'publication-withdrawn.v1': z.strictObject({ association: AssociationId }),
};
/** Events of `publication-<uuid>`. */
export type PublicationEvent = EventOf<typeof schemas>;
export const publicationContract: EventContract<PublicationEvent> = { schemas, upcasters: {} };
export type PublicationTerms = Omit<
  Extract<PublicationEvent, { type: 'publication-published.v1' }>['data'],
  'association'
>;
