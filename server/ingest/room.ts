import type { Intake } from './intake.ts';

/** What one request has been admitted with so far. */
export interface Room {
  /** Asks for so many bytes more; throws what `Intake.admit` throws. */
  readonly grow: (bytes: number) => void;
  /** Gives everything back. */
  readonly release: () => void;
}

/** For a body whose size shows bit by bit: announced or not, packed, then unpacked. */
export function openRoom(intake: Intake): Room {
  const releases: (() => void)[] = [];
  return {
    grow(bytes) {
      if (bytes > 0) releases.push(intake.admit(bytes));
    },
    release() {
      for (const release of releases.splice(0)) release();
    },
  };
}
