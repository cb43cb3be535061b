import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { ask, rows: sql, settled } = await accessProbe();

const address = (commune: string) => ({
  ...{ street: null, complement: null, postalCode: '59140', locality: 'Dunkerque' },
  ...{ commune },
});
const found = async (near: string): Promise<number> =>
  (await ask(`/offer-search?q=zorglub&commune=${near}&radiusKm=5`)).body.items?.length;

t.test('what is searched of offers follows their site, written once for each', async (t) => {
  const organisation = (await ask('/organisations', { name: 'Café' })).body.id;
  const made = await ask(`/organisations/${organisation}/sites`, {
    ...{ name: 'Local', address: address('59183') },
  });
  const site: string = made.body.id;
  const path = `/sites/${site}`;
  const themes = ['lecture-ecriture-calcul--maitriser-le-francais'];
  for (const title of ['Zorglub un', 'Zorglub deux', 'Zorglub trois']) {
    const offer = { kind: 'workshop', title, themes, organisation, sites: [site] };
    t.equal((await ask('/offers', offer)).status, 201);
  }
  await settled();
  await sql.query('create sequence public.writes');
  await sql.query(`create function public.written() returns trigger language plpgsql as $$
    begin perform nextval('public.writes'); return new; end $$`);
  await sql.query(`create trigger written before insert or update on search_entry
    for each row execute function public.written()`);
  const written = async () =>
    (await sql.query<{ n: bigint }>('select last_value as n from public.writes where is_called'))
      .rows[0]?.n ?? 0n;

  const moved = await ask(`${path}/change`, { name: 'Local', address: address('62193') }, '"0"');
  t.equal(moved.status, 200, JSON.stringify(moved.body));
  await settled();
  t.equal(await written(), 3n, 'three offers');
  t.equal(await found('62193'), 3);
  t.equal(await found('59183'), 0);

  t.equal((await ask(`${path}/retire`, {}, moved.etag)).status, 200);
  await settled();
  t.equal(await written(), 6n);
  t.equal(await found('62193'), 0, 'nothing takes place there any more');
});
