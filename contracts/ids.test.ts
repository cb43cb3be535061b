import t from 'tap';
import { CaseId } from './ids.ts';

t.test('an identifier written in capitals names the same stream', async (t) => {
  const id = '0d6e2f0a-6f5c-4c1e-9a52-ab0c1d2e3f40';
  t.equal(CaseId.parse(id.toUpperCase()), id);
  t.throws(() => CaseId.parse(`${id} `));
});
