import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** V8's two halves for new objects, together. */
const MAX_YOUNG_BYTES = 16 << 20;

/**
 * Keeps V8 from taking memory for garbage (docs/performance.md). It doubles the space of its new objects when many of them stay, up to
 * 32 MiB; half of it takes hardly more time, and less than half of that lets requests that are under way pass for old. And it
 * lets what is old more than double before it looks for garbage. It reads these flags as it decides.
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=10');
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (!young || young.space_size < MAX_YOUNG_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}
