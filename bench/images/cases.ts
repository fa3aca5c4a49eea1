/** What is pushed: SOURCE => REPOSITORY:TAG. followed by skopeo's name for it where that differs. */
interface Step {
  readonly images: string;
  readonly peer: readonly (readonly [source: string, target: string])[];
}

export interface Case {
  readonly name: string;
  /** What is pushed before the clock runs. */
  readonly before?: Step;
  readonly step: Step;
  readonly inputs?: Readonly<Record<string, string>>;
  /** The registry's answers take this many milliseconds longer, both ways together. */
  readonly delay?: number;
}

const pushed = (source: string): Step => ({ images: `${source} => bench:1`, peer: [[source, 'bench:1']] });
const PROMOTED: Step = {
  images: 'registry:HOST/bench:1 => prod:1',
  peer: [['docker://HOST/bench:1', 'prod:1']],
};
const TAGS = Array.from({ length: 50 }, (_, at) => `bench:${at + 1}`);

/** Files of `makeFixtures`: `first` and `changed` are one image in its forms, and the same with another last layer. */
export const CASES: readonly Case[] = [
  { name: 'compressed layers (OCI layout)', step: pushed('oci:first') },
  { name: 'the same again', before: pushed('oci:first'), step: pushed('oci:first') },
  {
    name: 'the same again, answers after 30 ms',
    before: pushed('oci:first'),
    step: pushed('oci:first'),
    delay: 30,
  },
  { name: 'one layer changed', before: pushed('oci:first'), step: pushed('oci:changed') },
  { name: 'compressed layers in a docker-archive', step: pushed('docker-archive:packed.tar') },
  { name: 'plain layers (docker save), gzip', step: pushed('docker-archive:first.tar') },
  {
    name: 'plain layers, zstd',
    step: pushed('docker-archive:first.tar'),
    inputs: { 'image-compression': 'zstd' },
  },
  {
    name: 'plain layers, the same again',
    before: pushed('docker-archive:first.tar'),
    step: pushed('docker-archive:first.tar'),
  },
  {
    name: 'plain layers, one changed',
    before: pushed('docker-archive:first.tar'),
    step: pushed('docker-archive:changed.tar'),
  },
  { name: 'to another repository by mounts', before: pushed('oci:first'), step: PROMOTED },
  {
    name: 'to another repository by mounts, answers after 30 ms',
    before: pushed('oci:first'),
    step: PROMOTED,
    delay: 30,
  },
  {
    name: '50 tags',
    step: { images: `oci:first => ${TAGS.join(', ')}`, peer: TAGS.map((tag) => ['oci:first', tag]) },
  },
];
