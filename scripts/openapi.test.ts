import { describeApp, unconnected } from '@relais/http/describe';
import { boxProblems, boxRoutes } from '@relais/http/test-boxes';
import t from 'tap';
import { committedDocument, describedServices, documentText } from './openapi.ts';
import { documentFaults } from './openapi-document.ts';

const operation = (more: object) => ({
  operationId: 'get-boxes',
  responses: { 200: { description: 'Done.', ...more } },
});
const minimal = (more: object) => ({
  openapi: '3.1.0',
  info: { title: 'Boxes', version: '1' },
  paths: { '/v1/boxes': { get: operation(more) } },
});
const answers = (schema: object) => minimal({ content: { 'application/json': { schema } } });

t.test('the committed document of every service is the served one, and valid', async (t) => {
  for (const { name, document } of await describedServices()) {
    t.same(documentFaults(document as { [name: string]: unknown }), [], name);
    t.equal(await committedDocument(name), documentText(document), `${name}: npm run openapi`);
  }
  t.end();
});

t.test('a fault in a document is found', async (t) => {
  t.same(documentFaults(answers({ type: 'integer', examples: [1] })), []);
  t.match(documentFaults(answers({ type: 'integer', examples: ['one'] })), [/must be integer/]);
  t.match(documentFaults(answers({ $ref: '#/components/schemas/Box' })), [/is not there/]);
  t.match(documentFaults({ ...minimal({}), paths: { boxes: {} } }), [/\/paths/]);
  const { operationId: _, ...unnamed } = operation({});
  const named = { get: operation({}), post: operation({}), put: unnamed };
  t.match(documentFaults({ ...minimal({}), paths: { '/v1/boxes': named } }), [
    /no operationId/,
    /get-boxes is there twice/,
  ]);
});

t.test('what the HTTP pipeline adds to every route is valid', async (t) => {
  const routes = boxRoutes(unconnected(), unconnected(), async () => undefined);
  const about = { service: 'boxes', title: 'Boxes', description: '', problems: boxProblems };
  const app = await describeApp({ ...about, routes });
  t.same(documentFaults(app.swagger() as unknown as { [name: string]: unknown }), []);
  await app.close();
});
