import t from 'tap';
import { accepts } from './accept.ts';

const json = ['application/json', 'application/problem+json'];

t.test('of the ranges that fit, the most specific decides', async (t) => {
  for (const header of [
    undefined,
    '',
    '*/*',
    'application/*',
    'APPLICATION/JSON',
    'application/problem+json',
    'application/json; charset=utf-8',
    'text/html, application/json;q=0.1',
    'application/json, */*;q=0',
    // What the HTTP client of Java sends by itself.
    'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
  ]) {
    t.ok(accepts(header, json), String(header));
  }
  for (const header of [
    'text/html',
    'application/jsonp',
    'application/vnd.api+json',
    'application/json;q=0, application/problem+json;q=0.0',
    '*/*;q=0',
    'application/*;q=0, */*',
    'nonsense',
    '*/json',
  ]) {
    t.notOk(accepts(header, json), header);
  }
  t.ok(accepts('text/*', [...json, 'text/csv']), 'what a route gives besides');
});
