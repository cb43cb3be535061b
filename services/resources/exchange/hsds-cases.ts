/** HSDS's read API, asked over the interface. */
import type { Test } from 'tap';
import {
  absent,
  french,
  type HsdsCases,
  type Json,
  rights,
  taxonomyId,
  termId,
} from './hsds-probe.ts';
import { type SchemaName, validatorOf } from './schemas.ts';

/** Documents that fit their published schema. */
export const isValid = (t: Test, schema: SchemaName, documents: readonly object[]) => {
  const validate = validatorOf(schema);
  const faults = documents.flatMap((one) => (validate(one) ? [] : [[one, validate.errors]]));
  t.same(faults, [], `${documents.length} × ${schema}`);
};

/** By what they show; each is a test of its own. */
export const hsdsCases: HsdsCases = {
  async 'every filter of services counts, and all of them together'(
    t,
    { organisation, association, help, get, named },
  ) {
    const both = ['Aide aux démarches', 'Cours du soir'];
    const { body: whole } = await get(`/services/${help}`);
    const cases: [query: string, found: string[]][] = [
      ['', both],
      [' demarche', ['Aide aux démarches']],
      [`&organization_id=${organisation}`, ['Cours du soir']],
      [`&organization_id=${association}`, ['Aide aux démarches']],
      [`&organization_id=${absent}`, []],
      [`&taxonomy_term_id=${termId('public', 'personnes-exilees')}`, ['Cours du soir']],
      [`&taxonomy_term_id=${termId('theme', rights)}`, ['Aide aux démarches']],
      [`&taxonomy_term_id=${absent}`, []],
      [`&taxonomy_id=${taxonomyId('thematiques')}`, both],
      [`&taxonomy_id=${taxonomyId('publics')}`, ['Cours du soir']],
      [`&taxonomy_id=${taxonomyId('valeurs')}`, ['Cours du soir']],
      [`&taxonomy_id=${absent}`, []],
      [`&taxonomy_id=${taxonomyId('publics')}&taxonomy_term_id=${termId('theme', rights)}`, []],
      [`&modified_after=${whole.last_modified}`, ['Aide aux démarches']],
      ['&modified_after=2999-01-01T00:00:00Z', []],
    ];
    for (const [query, found] of cases) {
      for (const shape of ['', '&full=true']) {
        t.same(await named(`/services?search=zorglub${query}${shape}`), found, query + shape);
        const pairs = found.flatMap((name) => (name === 'Cours du soir' ? [name, name] : [name]));
        const path = `/service_at_locations?search=zorglub${query}${shape}`;
        t.same(await named(path), pairs, `${query}${shape} at locations`);
      }
    }
  },
  async 'what is read over and over is short, and what is read whole is on lines'(
    t,
    { lessons, help, get, inject },
  ) {
    const { body } = await get('/services?search=zorglub&minimal=true');
    const ids = [lessons, help].sort();
    t.same(
      body.contents.map(({ id }: Json) => id),
      ids,
    );
    t.ok(body.contents.every((one: Json) => Object.keys(one).join() === 'id,modified_date'));
    t.match(await get('/services?minimal=true&per_page=10000'), { status: 200 });
    for (const query of [
      'services?minimal=true&',
      'services?full=true&',
      'organizations?full=true&',
      'service_at_locations?full=true&',
      'taxonomies?',
      'taxonomy_terms?',
    ]) {
      const lines = await inject(`/${query}format=ndjson`);
      t.match(lines.headers['content-type'], /^application\/x-ndjson/);
      const documents = lines.body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const paged: object[] = [];
      for (let page = 1, isLast = false; !isLast; page++) {
        const { body } = await get(`/${query}per_page=100&page=${page}`);
        paged.push(...body.contents);
        isLast = body.last_page;
      }
      t.same(documents, paged, query);
    }
    const asked = await inject('/taxonomies', { accept: 'application/x-ndjson' });
    t.match(asked.headers['content-type'], /ndjson/);
  },
  async 'an organization has its services, named or whole, and one without stands for itself'(
    t,
    { organisation, association, lessons, help, dunes, lille, get, named },
  ) {
    const brief = { id: lessons, name: 'Cours du soir', status: 'active' };
    const { body } = await get(`/organizations/${organisation}`);
    t.same(body.services, [brief]);
    t.match(body, {
      locations: [{ id: dunes }, { id: lille }],
      attributes: [{ value: 'ccas-cias' }],
    });
    const { body: full } = await get(`/organizations/${organisation}?full_service=true`);
    t.same(full.services, [(await get(`/services/${lessons}`)).body]);
    const { services, ...itself } = (await get(`/organizations/${association}?full_service=true`))
      .body;
    t.match(itself, { name: 'Association inventée', legal_status: 'association' });
    t.match(
      services.find(({ id }: Json) => id === help),
      (await get(`/services/${help}`)).body,
    );
    isValid(t, 'hsds/service', [...full.services, ...services]);
    const cases: [query: string, found: string[]][] = [
      ['search=dunes', ['Relais des Dunes']],
      ['search=accueil jour dunes', ['Relais des Dunes']],
      ['search=zorglub', []],
      [`search=dunes&taxonomy_term_id=${termId('theme', french)}`, ['Relais des Dunes']],
      [`search=dunes&taxonomy_term_id=${termId('theme', rights)}`, []],
      [
        `search=association inventee&taxonomy_term_id=${termId('theme', rights)}`,
        ['Association inventée'],
      ],
      [`search=dunes&taxonomy_id=${taxonomyId('valeurs')}`, ['Relais des Dunes']],
      [`search=dunes&taxonomy_id=${absent}`, []],
    ];
    for (const [query, found] of cases) {
      for (const shape of ['', '&full=true', '&full_service=true']) {
        t.same(await named(`/organizations?${query}${shape}`), found, query + shape);
      }
    }
  },
  async 'places are found by postal code and distance'(t, { get }) {
    const at = async (query: string) => {
      const { body } = await get(`/service_at_locations?search=zorglub&${query}`);
      return body.contents
        .map(({ service, location }: Json) => `${service.name}, ${location.name}`)
        .sort();
    };
    const atLille = ['Aide aux démarches, Lille', 'Cours du soir, Lille'];
    t.same(await at('postcode=59140'), [...atLille, 'Cours du soir, Les Dunes'].sort());
    t.same(await at('postcode=75011'), ['Aide aux démarches, Lille'], 'which is for everywhere');
    t.same(await at('postcode=59140&proximity=10000'), ['Cours du soir, Les Dunes']);
    t.same(await at('postcode=59000&proximity=10000'), atLille);
    t.match((await get('/service_at_locations?search=bidule&postcode=59140')).body, { size: 1 });
    t.match((await get('/service_at_locations?search=bidule&postcode=59000')).body, { size: 0 });
    const { body } = await get('/service_at_locations?full=true&search=zorglub');
    isValid(t, 'hsds/service_at_location', body.contents);
    for (const one of body.contents) {
      t.same((await get(`/service_at_locations/${one.id}`)).body, one);
    }
    t.equal((await get(`/service_at_locations/${absent}`)).status, 404);
  },
  // Last: nothing is of its organisation any more after this.
  async 'an offer of nobody is of the organisation that its association is, once there is one'(
    t,
    { association, organisation, lessons, help, get, ask, settled },
  ) {
    const of = async (id: string) => (await get(`/services/${id}`)).body.organization;
    const { body: made } = await ask('/organisations', {
      name: 'Nous-mêmes',
      member: association,
    });
    await settled();
    t.match(await of(help), { id: made.id, name: 'Nous-mêmes' });
    t.equal((await get(`/organizations/${association}`)).status, 404);
    const { services } = (await get(`/organizations/${made.id}`)).body;
    t.ok(services.some(({ id }: Json) => id === help));
    t.match((await get(`/services?organization_id=${made.id}`)).body, {
      total_items: services.length,
    });
    await ask(`/organisations/${made.id}/retire`, {}, '"0"');
    const retired = await ask(`/organisations/${organisation}/retire`, {}, '"0"');
    t.equal(retired.status, 200);
    await settled();
    t.match(await of(help), { id: association }, 'itself again');
    t.equal((await get(`/services/${lessons}`)).status, 404, 'retired with its organisation');
    const asked = ['/offers', '/offer-search?q=zorglub'];
    const shows = async (path: string) => JSON.stringify((await ask(path)).body).includes(lessons);
    for (const path of asked) t.equal(await shows(path), false, path);
    t.equal((await get(`/organizations/${organisation}`)).status, 404);
    const { body } = await get(
      `/services?organization_id=${association}&search=zorglub&minimal=true`,
    );
    t.same(
      body.contents.map(({ id }: Json) => id),
      [help],
    );
    const { etag } = retired;
    const back = await ask(`/organisations/${organisation}/change`, { name: 'Encore là' }, etag);
    t.equal(back.status, 200);
    await settled();
    t.match(await of(lessons), { id: organisation });
    for (const path of asked) t.equal(await shows(path), true, path);
  },
};
