/** A name and a value to show beside each other. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}
