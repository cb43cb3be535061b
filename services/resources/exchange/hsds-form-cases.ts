/** Codes, and the form of requests, of HSDS's read API. */
import { absent, french, type HsdsCases, taxonomyId } from './hsds-probe.ts';

export const hsdsFormCases: HsdsCases = {
  async 'codes are found by list and by word'(t, { get, inject }) {
    const { body } = await get(
      `/taxonomy_terms?search=francais&taxonomy_id=${taxonomyId('thematiques')}&top_only=true`,
    );
    t.match(body.contents, [{ code: french }]);
    t.match((await get(`/taxonomy_terms?parent_id=${absent}`)).body, { empty: true });
    t.match((await get('/taxonomies?search=public')).body, { total_items: 1 });
    t.match((await get('/taxonomies?search=%21')).body, { total_items: 0 });
    t.same((await get(`/taxonomy_terms/${body.contents[0].id}`)).body, body.contents[0]);
    t.match(await get(`/taxonomies/${absent}`), { status: 404, body: { code: 'not-found' } });
    const document = async (host: string) =>
      (await inject('', { host })).json<{ openapi_url: string }>().openapi_url;
    t.equal(await document('127.0.0.1:4402'), 'http://127.0.0.1:4402/openapi.json');
    t.equal(await document('annuaire.example.org'), 'https://annuaire.example.org/openapi.json');
    t.equal((await inject('', { host: 'a b' })).statusCode, 400);
  },
  async 'what cannot be done is refused by name, never left aside'(t, { lessons, get }) {
    const cases: { readonly [query: string]: string } = {
      'services?taxonomy=1': 'taxonomy',
      'services?format=ndjson&page=1': 'page',
      'services?format=ndjson&per_page=5': 'per_page',
      'services?format=xml': 'format',
      'services?per_page=101': 'per_page',
      'services?minimal=true&full=true': 'full',
      'services?modified_after=hier': 'modified_after',
      'service_at_locations?proximity=100': 'proximity',
      'service_at_locations?postcode=59140&proximity=9999999': 'proximity',
      'service_at_locations?postcode=99999': 'postcode',
      'organizations?full_service=yes': 'full_service',
      'taxonomies?top_only=true': 'top_only',
      [`services/${lessons}?full=true`]: 'full',
    };
    for (const [query, pointer] of Object.entries(cases)) {
      t.match(await get(`/${query}`), { status: 400, body: { errors: [{ pointer }] } }, query);
    }
  },
};
