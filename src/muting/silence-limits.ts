import { type Silence, SilenceError } from './silence.ts';
import { silenceSize } from './silence-size.ts';

/** Of the regular expressions of all silences that are not over: some 10 MB, and a second or two at the start. */
const MOST_INSTRUCTIONS = 1_000_000;

/** @throws SilenceError for a silence above `--silences.max-silence-size-bytes`. */
export function checkSize(silence: Silence, limits: { retention: number; maxSizeBytes: number }): void {
  const { retention, maxSizeBytes } = limits;
  if (maxSizeBytes <= 0) return;
  const size = silenceSize(silence, retention);
  if (size <= maxSizeBytes) return;
  throw new SilenceError('invalid', `silence exceeded maximum size: ${size} bytes (limit: ${maxSizeBytes} bytes)`);
}

/** Whether the regular expressions of a new silence and of those that are held are small enough together. */
export function fitsWith(silence: Silence, held: Iterable<Silence>): boolean {
  let total = instructionsOf(silence);
  if (total === 0) return true;
  for (const other of held) total += instructionsOf(other);
  return total <= MOST_INSTRUCTIONS;
}

function instructionsOf({ matcherSets }: Silence): number {
  let instructions = 0;
  for (const set of matcherSets) for (const matcher of set) instructions += matcher.instructions;
  return instructions;
}

export function tooManyInstructions(): SilenceError {
  return new SilenceError(
    'invalid',
    `the regular expressions of all silences together would need more than ${MOST_INSTRUCTIONS} instructions; ` +
      'expire some of them first',
  );
}
