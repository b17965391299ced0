/** The graph of a plan, as the scheduler asks for it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { taskGraph } from '../../../../src/engine/plan/task-graph.ts';
import { TaskId } from '../../../../src/shared/ids.ts';

/** `c: a b` waits for a and b. */
function tasksOf(...lines: string[]) {
  return lines.map((line) => {
    const [id = '', waitsFor = ''] = line.split(':');
    const dependencies = waitsFor.split(' ').filter(Boolean);
    return { id: TaskId.parse(id), dependencies: dependencies.map((each) => TaskId.parse(each)) };
  });
}

describe('The graph of a plan', () => {
  it('tells the level of each task', () => {
    const { levels, levelOf } = taskGraph(tasksOf('d: a c', 'a', 'b', 'c: b'));
    assert.deepEqual(levels, [['a', 'b'], ['c'], ['d']]);
    assert.deepEqual(Object.fromEntries(levelOf), { a: 0, b: 0, c: 1, d: 2 });
  });

  it('tells how long a chain waits for each task', () => {
    const { chainBehind } = taskGraph(tasksOf('e: d b', 'd: c', 'c: a', 'a', 'b'));
    assert.deepEqual(Object.fromEntries(chainBehind), { a: 3, c: 2, d: 1, b: 1 });
  });

  it('takes a dependency that is named twice for one', () => {
    const { levels, chainBehind } = taskGraph(tasksOf('b: a a', 'a'));
    assert.deepEqual(levels, [['a'], ['b']]);
    assert.deepEqual(Object.fromEntries(chainBehind), { a: 1 });
  });

  it('leaves out what waits for a task that is not there', () => {
    assert.deepEqual(taskGraph(tasksOf('a', 'b: nowhere', 'c: b')).levels, [['a']]);
  });

  it('looks at each task a few times, however deep the graph is, and not again while it stays', () => {
    let looks = 0;
    const chain = tasksOf('t0', ...Array.from({ length: 999 }, (_, at) => `t${at + 1}: t${at}`));
    const watched = chain.reverse().map(({ id, dependencies }) => ({
      id,
      get dependencies() {
        looks += 1;
        return dependencies;
      },
    }));
    const graph = taskGraph([...watched]);
    assert.equal(graph.levels.length, 1_000);
    assert.equal(graph.chainBehind.get(TaskId.parse('t0')), 999);
    assert.ok(looks <= 5_000, `${looks} looks at 1,000 tasks`);
    const before = looks;
    assert.equal(taskGraph([...watched]), graph);
    assert.equal(looks, before);
  });

  it('is another once a task was added or changed', () => {
    const tasks = tasksOf('a', 'b: a');
    taskGraph(tasks);
    const [added] = tasksOf('c: b');
    assert.ok(added);
    assert.deepEqual(taskGraph([...tasks, added]).levels, [['a'], ['b'], ['c']]);
    const [first, second] = tasks;
    assert.ok(first && second);
    const edited = { ...second, dependencies: [] };
    assert.deepEqual(taskGraph([first, edited]).levels, [['a', 'b']]);
    assert.deepEqual(taskGraph([second]).levels, []);
  });
});
