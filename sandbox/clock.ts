/** The sandbox's time, in milliseconds since 1970. */
export interface Clock {
  /** What sessions and tokens begin and end by. */
  now(): number;
  /** What the dates of signatures are compared with: the clock of a caller in another process cannot be moved on. */
  wall(): number;
  /** Lets time pass: sessions and tokens grow older, signatures do not. */
  advance(ms: number): void;
  /** Makes the sandbox's clock differ from the caller's. */
  skew(ms: number): void;
}

export function makeClock(): Clock {
  let passed = 0;
  let skewed = 0;
  const wall = () => Date.now() + skewed;
  return {
    wall,
    now: () => wall() + passed,
    advance: (ms) => {
      passed += ms;
    },
    skew: (ms) => {
      skewed = ms;
    },
  };
}
