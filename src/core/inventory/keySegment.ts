/** A lone surrogate has no percent-encoded form; one row with it would take all its siblings from the screen. */
export function keySegment(id: string): string {
  if (id.isWellFormed()) {
    return encodeURIComponent(id);
  }
  return [...id]
    .map((character) =>
      character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`,
    )
    .join('');
}
