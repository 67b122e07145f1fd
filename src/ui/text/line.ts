/** One line of a tooltip or of the details page. */
export interface Line {
  readonly label: string;
  readonly text: string;
}
