import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { onShared } from '../../aws/shared-config.ts';

/**
 * Writes the whole file at once, through a symlink, as dotfiles are kept: a reader sees the old file or the new one. Where the
 * file is a mount of its own, as in a container, it can only be written in place.
 */
export function replaceShared(file: string, text: string, mode: number): void {
  onShared(file, 'written', () => {
    const folder = dirname(file);
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = existsSync(file) ? realpathSync(file) : file;
    const temporary = `${target}.${randomUUID()}.tmp`;
    try {
      writeFileSync(temporary, text, { mode });
      chmodSync(temporary, mode);
      renameSync(temporary, target);
    } catch (thrown) {
      rmSync(temporary, { force: true });
      if (!existsSync(target) || !IN_PLACE.has((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
      chmodSync(target, mode);
      writeFileSync(target, text);
    }
  });
}

/** The file is a mount, or its folder takes no new file. */
const IN_PLACE = new Set(['EBUSY', 'EACCES', 'EPERM', 'EROFS', 'EXDEV']);
