import { type Actor, actorOf } from '@relais/contracts/actors';
import { LanguageTag } from '@relais/contracts/associations';
import { AssociationId } from '@relais/contracts/ids';
import { type SkillEvent, StateSkill, skillContract } from '@relais/contracts/skills';
import { Theme } from '@relais/contracts/themes';
import { SkillView } from '@relais/contracts/views/expertise';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { actionRoute, type Kind, openingRoute } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import { ofWorking } from '../exchanges/facts.ts';
import {
  allowedSkillActions,
  endorsersOf,
  isSkillVisible,
  type Skill,
  type SkillAction,
  type SkillCommand,
  skillAggregate,
  skillBodies,
} from './decide.ts';
import type { SkillRow } from './project.ts';

const access = ['partner', 'coordinator'] as const;
const summaries: { readonly [Action in SkillAction]: string } = {
  change: 'Say anew what an expert knows',
  endorse: 'Vouch for it, as another association',
  retractEndorsement: 'Take back that one’s association vouches for it',
  withdraw: 'Withdraw it for good',
};

const kind: Kind<SkillCommand, Skill, SkillEvent> = {
  path: '/skills',
  aggregate: skillAggregate,
  contract: skillContract,
  isVisible: isSkillVisible,
  present: (id, skill, actor) => ({
    ...{ id, state: skill.state, deadlines: {} },
    allowedActions:
      skill.state === 'absent'
        ? []
        : allowedSkillActions({ ...skill, endorsers: endorsersOf(skill) }, actor),
  }),
};

/** What experts know, for associations that work with cases. */
export function skillRoutes(app: App, desk: Desk): void {
  openingRoute(app, desk, kind, {
    ...{ action: 'state', summary: 'Say what an expert knows', body: StateSkill },
  });
  for (const action of Object.keys(skillBodies) as SkillAction[]) {
    actionRoute(app, desk, kind, {
      ...{ action, summary: summaries[action], body: skillBodies[action] },
    });
  }
  skillReads(app, desk);
}

function skillReads(app: App, { log, rows: sql }: Desk): void {
  app.get(
    '/skills',
    {
      config: { access },
      schema: {
        summary: 'What experts know, last changed first',
        querystring: z.strictObject({
          ...PageQuery,
          theme: Theme.optional(),
          language: LanguageTag.optional(),
          association: AssociationId.optional(),
        }),
        response: { 200: pageOf(SkillView) },
      },
    },
    async (request, reply) => {
      const { theme, language, association, limit } = request.query;
      const from = after(request, z.tuple([z.iso.datetime(), z.uuid()]));
      const { rows } = await sql.query<SkillRow>(
        `select * from skill
         where state = 'open' and ($1::text is null or terms->'themes' ? $1)
           and ($2::text is null or terms->'languages' ? $2)
           and ($3::uuid is null or association = $3)
           and ($4::timestamptz is null or (changed_at, id) < ($4, $5::uuid))
         order by changed_at desc, id desc limit $6`,
        [
          ...[theme ?? null, language ?? null, association ?? null],
          ...[from?.[0] ?? null, from?.[1] ?? null, limit + 1],
        ],
        'resources-skills',
      );
      const { items, next } = page(request, reply, rows, (row) => [row.changed_at, row.id]);
      const actor = actorOf(request.caller);
      const known = await ofWorking(log, items);
      return { items: known.map((row) => skillView(row, actor)), next };
    },
  );
  app.get(
    '/skills/:id',
    {
      config: { access },
      schema: {
        summary: 'What one expert knows, and who vouches for it',
        params: z.strictObject({ id: z.uuid().toLowerCase() }),
        response: { 200: SkillView },
      },
    },
    async (request, reply) => {
      const { rows } = await sql.query<SkillRow>(
        'select * from skill where id = $1',
        [request.params.id],
        'resources-skill',
      );
      const [row] = rows;
      const actor = actorOf(request.caller);
      const isVisible = row !== undefined && isSkillVisible(standing(row), actor);
      if (!isVisible) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      return skillView(row, actor);
    },
  );
}

const standing = ({ state, association, endorsements }: SkillRow) => ({
  state,
  association: AssociationId.parse(association),
  endorsers: endorsements.map(({ by }) => by),
});

function skillView(row: SkillRow, actor: Actor): SkillView {
  const { id, association, state, terms, revision, changed_at } = row;
  const { themes, publics, languages } = terms;
  return {
    ...{ id, association, state, revision: revision.toString(), ...terms },
    ...{ themes: [...themes], publics: [...publics], languages: [...languages] },
    endorsements: row.endorsements.map((each) => ({ ...each })),
    changedAt: changed_at,
    allowedActions: allowedSkillActions(standing(row), actor),
  };
}
