import { expect } from '@jest/globals';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import type { Editable, Role, World } from '../../sandbox/world.ts';
import type { Values } from '../setup/cloudformation.ts';
import { roleOf } from '../setup/role.ts';
import { type Outcome, play, type Stage } from './play.ts';

export const PUBLISHER = '111122223333';
export const SITE = '444455556666';
export const PRODUCTION = '777788889999';
/** Somebody in the publisher's account who looks at what landed; and the owner of the site's bucket. */
export const ADMIN = `arn:aws:iam::${PUBLISHER}:role/admin`;
export const OWNER = `arn:aws:iam::${SITE}:role/owner`;
export const GIT_SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';

/** What an example needs on AWS and on the runner, and how one sees that it worked. */
export interface Scene {
  /** By ARN; they replace those of the world file. */
  readonly roles: Readonly<Record<string, Role>>;
  /** What else there is on AWS. */
  readonly world?: (world: Editable<World>) => void;
  /** What was there before the workflow ran. */
  readonly before?: (sandbox: Sandbox) => Promise<void>;
  /** The job of the world that GitHub says this is. */
  readonly as?: string;
  readonly files?: () => Promise<Stage['files']>;
  readonly tools?: Stage['tools'];
  readonly env?: (sandbox: Sandbox) => Promise<Stage['env']>;
  readonly landed: (sandbox: Sandbox, outcome: Outcome) => Promise<void>;
}

/** A role as the template of setup/ makes it. */
export function made(values: Values, account = PUBLISHER, region = 'eu-west-1'): Role {
  const { name: _, ...role } = roleOf({ Repository: 'octo-org/shop', ...values }, account, region);
  return role;
}

export function publisher(values: Values): Scene['roles'] {
  return { [`arn:aws:iam::${PUBLISHER}:role/publish`]: made(values) };
}

/** A sandbox's options for a scene. */
export function worldOf({ roles, world: change }: Scene): SandboxOptions {
  return {
    world: (world) => {
      world.accounts[PRODUCTION] = { name: 'production', roles: {} };
      const all = { ...roles, [ADMIN]: ADMINISTRATOR };
      for (const [arn, role] of Object.entries(all)) {
        const account = world.accounts[arn.split(':')[4] ?? ''];
        if (account?.roles) account.roles[arn.slice(arn.indexOf('/') + 1)] = structuredClone(role) as Editable<Role>;
      }
      change?.(world);
    },
  };
}

/** Plays a workflow in the world of its scene, and looks at what landed. @returns what is to be ended */
export async function playScene(path: string, scene: Scene): Promise<Outcome> {
  const sandbox = await startSandbox(worldOf(scene));
  try {
    await scene.before?.(sandbox);
    const outcome = await play(path, {
      sandbox,
      files: (await scene.files?.()) ?? {},
      env: (await scene.env?.(sandbox)) ?? {},
      ...(scene.as ? { as: scene.as } : {}),
      ...(scene.tools ? { tools: scene.tools } : {}),
    });
    try {
      await scene.landed(sandbox, outcome);
      return outcome;
    } catch (thrown) {
      outcome.end();
      throw thrown;
    }
  } finally {
    await sandbox.stop();
  }
}

const ADMINISTRATOR: Role = {
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
  policies: { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
};

/** A repository with a Dockerfile, and the image that its build makes. */
export async function imageFiles(): Promise<Stage['files']> {
  const layout = new LayoutBuilder();
  const image = await layout.image(['system', 'application']);
  const tar = await tarOf(layout.layout(layout.index([image, layout.attestation(image)])));
  return { Dockerfile: 'FROM scratch\n', '.built-image.tar': tar };
}

/** buildx: its image was built already. As the real one, it writes no OCI archive with the builder that Docker starts with. */
export const DOCKER = `
[ "$1 $2" = "buildx build" ]
if [ ! -e "$HOME/.docker/buildx/current" ]; then
  echo "ERROR: OCI exporter is not supported for the docker driver. Switch to a different driver, or turn on the containerd image store, and try again." >&2
  exit 1
fi
cp .built-image.tar "$(printf '%s\\n' "$@" | sed -n 's/^type=oci,dest=//p')"`;

/** `npm ci`, `npm run build`: a site in the folders that builds commonly use. */
export const NPM = `
[ "$1" = ci ] && exit
for folder in build dist; do
  mkdir -p $folder/assets
  echo '<h1>Shop</h1>' > $folder/index.html
  echo '<h1>About</h1>' > $folder/about.html
  echo 'h1 { color: teal }' > $folder/assets/style.css
  echo 'console.log("shop")' > $folder/assets/app.0a1b2c.js
done`;

/** A shell script that says what it was given, for the steps of a team's own. */
export const SAYS = '#!/bin/bash\necho "$(basename "$0")" "$@"\n';

/** What a `run:` printed; a step that did not run is an error. */
export function printed({ runs }: Outcome, at: number): string {
  expect(runs[at]).toMatchObject({ code: 0 });
  return runs[at]?.stdout ?? '';
}
