/** The known name that a mistyped one most likely meant; undefined when none is close. */
export function nearestName(mistyped: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(mistyped, name) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const tolerated = Math.max(2, Math.floor(mistyped.length / 3));
  return best !== undefined && best.distance <= tolerated ? best.name : undefined;
}

/** How many letters must be added, removed or replaced to make one of the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}
