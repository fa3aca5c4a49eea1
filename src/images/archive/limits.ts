// What an archive may hold, so that a hostile or damaged one ends in an error and not in the memory or the disk of the runner. Sizes in bytes.

/** Files and folders of a tar. */
export const MAX_ENTRIES = 200_000;

/** A long name or a set of pax records; real ones have some hundred bytes. */
export const MAX_META = 1 << 20;

/** Such headers before one entry: one of each kind is usual. */
export const MAX_META_OF_ENTRY = 16;

/** Links from one to the next; what is longer leads in a circle. */
export const MAX_HOPS = 32;

/** An archive that becomes larger than this, and than a hundred times what it was, is not one that a build wrote. */
export const MAX_UNPACKED = 2 ** 30;

export const MAX_RATIO = 100;

/** Of index.json, manifest.json and configs. */
export const MAX_JSON = 8 << 20;

/** Of a manifest or index: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html, `imageManifest` */
export const MAX_MANIFEST = 4 << 20;

/** Indexes within indexes: Docker 29 nests two; more than this is not an image. */
export const MAX_DEPTH = 6;

/** Manifests of one image; a small archive could otherwise name the same ones millions of times. */
export const MAX_MANIFESTS = 1000;

/** Bytes of all of them: they are kept in memory. */
export const MAX_TOTAL = 64 << 20;
