/** Something fetched once and shared. */
import assert from 'node:assert/strict';
import { fetchedOnce } from '../../../../src/node/models/fetched-once.ts';

const never = new AbortController().signal;

describe('something fetched once', () => {
  it('is fetched for all who ask, at the same time and later', async () => {
    let fetches = 0;
    const get = fetchedOnce(async () => {
      fetches += 1;
      return fetches;
    });
    assert.deepEqual(await Promise.all([get(never), get(never)]), [1, 1]);
    assert.equal(await get(never), 1);
  });

  it('is fetched again after a failure', async () => {
    let fetches = 0;
    const get = fetchedOnce(async () => {
      fetches += 1;
      if (fetches === 1) throw new Error('not now');
      return 'there';
    });
    await assert.rejects(get(never), /not now/);
    assert.equal(await get(never), 'there');
  });

  it('goes on for the others when one stops waiting, and ends with the last', async () => {
    const fetched = Promise.withResolvers<string>();
    let stopped = false;
    const get = fetchedOnce((signal) => {
      signal.addEventListener('abort', () => {
        stopped = true;
      });
      return fetched.promise;
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const [one, two] = [get(first.signal), get(second.signal)];
    first.abort(new Error('first left'));
    await assert.rejects(one, /first left/);
    assert.equal(stopped, false);
    second.abort(new Error('second left'));
    await assert.rejects(two, /second left/);
    assert.equal(stopped, true);
  });
});
