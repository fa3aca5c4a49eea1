import { isAttestation, isBeside, type Node, subjectOf } from '../model/image.ts';

/**
 * The one real image of an index, without its attestations: Lambda takes no index, and scanners and lifecycle rules meet
 * attestations as untagged images. Of several images the index stays, without the attestations.
 */
export function stripAttestations(node: Node): Node {
  if (node.kind === 'image') return node;
  const gone = node.children.filter((child) => isAttestation(child.descriptor));
  const children = node.children.filter((child) => !isAttestation(child.descriptor)).map(stripAttestations);
  if (children.length === 1) return children[0]!;
  return { ...node, children, absent: [...node.absent, ...gone.map(({ descriptor }) => descriptor)] };
}

/** An attestation is pushed with the image that it is about, or not at all: ECR refuses an index with absent children. */
export function dropOrphans(node: Node): Node {
  if (node.kind === 'image') return node;
  const kept = new Set(node.children.map(({ descriptor }) => descriptor.digest));
  const orphans = node.children.filter((child) => {
    const subject = subjectOf(child.descriptor);
    return isBeside(child.descriptor) && subject !== undefined && !kept.has(subject);
  });
  const children = node.children.filter((child) => !orphans.includes(child)).map(dropOrphans);
  return { ...node, children, absent: [...node.absent, ...orphans.map(({ descriptor }) => descriptor)] };
}

/**
 * An attestation names the digest of the manifest that it is about, in a statement that only its builder can make: such an image
 * stays as it is.
 */
export function keepAttested(node: Node): Node {
  if (node.kind === 'image') return node;
  const attested = new Set<unknown>(
    node.children.flatMap((child) => [
      isBeside(child.descriptor) ? subjectOf(child.descriptor) : undefined,
      child.kind === 'image' ? child.manifest.subject?.digest : undefined,
    ]),
  );
  const children = node.children.map((child) =>
    child.kind === 'image' && attested.has(child.descriptor.digest) ? { ...child, asBuilt: true } : keepAttested(child),
  );
  return { ...node, children };
}
