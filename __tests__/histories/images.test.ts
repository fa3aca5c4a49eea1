import fc from 'fast-check';
import { event, histories } from '../../harness/histories/index.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import { KINDS } from './images/builds.ts';
import {
  beginWorld,
  type Deed,
  endWorld,
  type Model,
  meddle,
  type Run,
  run,
  TAGS,
  type World,
} from './images/world.ts';

/**
 * Pushes of one repository, with a second writer who moves tags, plants manifests, loses and damages blobs and changes the rule of the
 * repository, and faults at random requests: when a run is green, each of its tags is the build's own bytes, and its outputs name it.
 */
const few = fc.integer({ min: 0, max: 1 });
const tag = fc.constantFrom(...TAGS);
const fault = fc.record({
  kind: fc.constantFrom<FaultKind>('reset', 'reset-body', 'status', 'throttle', 'truncate'),
  service: fc.constant('registry'),
  nth: fc.integer({ min: 1, max: 14 }),
  times: fc.constant(1),
});
const runs: fc.Arbitrary<Run> = fc.record({
  // Plain layers are where proof is needed: more of them.
  kind: fc.constantFrom('plain', 'plain', 'oci-plain', ...KINDS),
  base: few,
  app: few,
  tags: fc.constantFrom(['1'], ['latest'], ['latest', '1']),
  exists: fc.constantFrom('overwrite', 'overwrite', 'overwrite', 'fail', 'skip'),
  fault: fc.option(fault, { freq: 3, nil: undefined }),
});
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ deed: fc.constant('plant'), tag, base: few, app: few, layer: few }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('move'), tag, pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('untag'), tag }) },
  {
    weight: 4,
    arbitrary: fc.record({
      deed: fc.constant('spoil'),
      how: fc.constantFrom('cut', 'delete'),
      pick: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ deed: fc.constant('rule'), mutability: fc.constantFrom('MUTABLE', 'IMMUTABLE') }),
  },
) as fc.Arbitrary<Deed>;

histories<Model, World>({
  name: 'images',
  events: [
    runs.map((it) =>
      event(`run ${JSON.stringify(it)}`, async (model, world) => {
        model.runs++;
        await run(world, it);
      }),
    ),
    // The attack that needs proof: the very build that is planted is pushed next, or another one on its base.
    fc.record({ tag, base: few, app: few, layer: few, other: few }).map(({ tag: on, base, app, layer, other }) =>
      event(
        `planted on ${on}: base ${base}, app ${app}, layer ${layer}; then app ${other} is pushed`,
        async (_, world) => {
          await meddle(world, { deed: 'plant', tag: on, base, app, layer });
          await run(world, { kind: 'plain', base, app: other, tags: [on], exists: 'overwrite', fault: undefined });
        },
        ({ runs: before }) => before > 0,
      ),
    ),
    // A second writer finds something only after a first run.
    deeds.map((it) =>
      event(
        JSON.stringify(it),
        (_, world) => meddle(world, it),
        ({ runs }) => runs > 0,
      ),
    ),
  ],
  begin: beginWorld,
  end: endWorld,
  few: 3,
  many: 150,
  longest: 10,
});
