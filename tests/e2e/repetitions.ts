/** How often a test does its heavy thing: `least`, or more if the environment says so, never less. */
export function atLeast(least: number, variable: string): number {
  return Math.max(least, Number(process.env[variable] ?? least));
}
