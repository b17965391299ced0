/** A circle of tasks is found where there is one, and only there. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findCycle } from '../../../../src/engine/plan/find-cycle.ts';
import { taskGraph } from '../../../../src/engine/plan/task-graph.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import { type SeededRandom, seededRandom } from '../../shared/seeded-random.ts';

type Graph = Array<{ id: TaskId; dependencies: TaskId[] }>;

/** `a: b c` in a line each: a waits for b and c. */
function graph(...lines: string[]): Graph {
  return lines.map((line) => {
    const [id = '', ...dependencies] = line.split(/[: ]+/).filter(Boolean);
    return { id: TaskId.parse(id), dependencies: dependencies.map((each) => TaskId.parse(each)) };
  });
}

describe('A circle in a plan', () => {
  it('is not in an empty graph, a chain or a diamond', () => {
    assert.equal(findCycle([]), undefined);
    assert.equal(findCycle(graph('a', 'b: a', 'c: b')), undefined);
    assert.equal(findCycle(graph('a', 'b: a', 'c: a', 'd: b c')), undefined);
  });

  it('is named along the way in which each waits for the next', () => {
    assert.deepEqual(findCycle(graph('a: a')), ['a']);
    assert.deepEqual(findCycle(graph('start: x', 'x: y', 'y: z', 'z: x')), ['x', 'y', 'z']);
  });

  it('is found behind a part that has none, and beside an unknown name', () => {
    assert.deepEqual(findCycle(graph('a', 'b: a nobody', 'c: a d', 'd: b c')), ['c', 'd']);
  });

  it('of ten thousand tasks does not overflow the stack', () => {
    const size = 10_000;
    const lines = Array.from({ length: size }, (_, at) => `t${at}: t${(at + 1) % size}`);
    assert.equal(findCycle(graph(...lines))?.length, size);
    assert.equal(findCycle(graph(...lines.slice(0, -1), `t${size - 1}:`)), undefined);
  });

  const random = seededRandom();
  it(`is found exactly where a naive look finds one (seed ${random.seed})`, () => {
    let found = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const nodes = randomGraph(random);
      const cycle = findCycle(nodes);
      assert.equal(cycle !== undefined, hasCycle(nodes), JSON.stringify(nodes));
      if (cycle) {
        found += 1;
        assertCircle(cycle, nodes);
      } else assertLevels(nodes);
    }
    assert.ok(found > 300 && found < 2_700, `${found} of 3000 have one`);
  });
});

describe('The levels of a plan', () => {
  it('put each task one below the deepest that it waits for, in plan order', () => {
    assert.deepEqual(taskGraph(graph('d: a c', 'a', 'b', 'c: b')).levels, [
      ['a', 'b'],
      ['c'],
      ['d'],
    ]);
    assert.deepEqual(taskGraph([]).levels, []);
  });

  it('leave out what waits for a circle', () => {
    assert.deepEqual(taskGraph(graph('a', 'x: y', 'y: x', 'z: x a')).levels, [['a']]);
  });
});

function randomGraph(random: SeededRandom): Graph {
  const size = 1 + random.below(7);
  const ids = Array.from({ length: size }, (_, at) => `t${at}`);
  const density = random.below(4) / 10;
  const lines = ids.map((id) => `${id}: ${ids.filter(() => random.chance(density)).join(' ')}`);
  return graph(...lines);
}

/** Whatever can start is taken away until nothing more can. */
function hasCycle(nodes: Graph): boolean {
  let open = nodes;
  for (;;) {
    const rest = open.filter((node) =>
      node.dependencies.some((id) => open.some((each) => each.id === id)),
    );
    if (rest.length === open.length) return rest.length > 0;
    open = rest;
  }
}

function assertCircle(cycle: TaskId[], nodes: Graph): void {
  assert.equal(new Set(cycle).size, cycle.length);
  for (const [at, id] of cycle.entries()) {
    const next = cycle[(at + 1) % cycle.length] ?? id;
    assert.ok(nodes.find((node) => node.id === id)?.dependencies.includes(next));
  }
}

function assertLevels(nodes: Graph): void {
  const { levels } = taskGraph(nodes);
  assert.deepEqual(levels.flat().sort(), nodes.map((node) => node.id).sort());
  const levelOf = (id: TaskId) => levels.findIndex((level) => level.includes(id));
  for (const { id, dependencies } of nodes) {
    assert.equal(levelOf(id), 1 + Math.max(-1, ...dependencies.map(levelOf)));
  }
}
