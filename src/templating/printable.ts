/** A value of the template language that is no plain JSON and prints itself. */
export abstract class Printable {
  abstract toString(): string;
}
