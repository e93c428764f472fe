import { yieldToRequests } from '../process/yield-turn.ts';

/** Up to this size a body, whatever is in it, is parsed in some 20 ms at worst. Most are smaller. */
const SMALL = 256 * 1024;
/** Bytes that are looked at in one go: a few ms. */
const SLICE = 256 * 1024;

/** What a body of ten megabytes of real alerts stays well below; each bounds one way of being expensive to parse. */
const MOST_DEPTH = 500;
/** Objects and lists. An alert has three. */
const MOST_CONTAINERS = 400_000;
/** Members of objects and items of lists, all together. */
const MOST_VALUES = 600_000;
/** Members of one object: labels, annotations. */
const MOST_MEMBERS = 120_000;

/** A body is JSON that would take too long to parse. */
export class JsonTooLargeError extends Error {
  override readonly name = 'JsonTooLargeError';

  constructor(reason: string) {
    super(`the body is JSON that would take too long to parse: ${reason}`);
  }
}

/**
 * Refuses a body that is expensive to parse out of proportion to its size, in time linear in it and in slices between which
 * others get their turn. It takes no notice of whether the body is JSON.
 * @throws JsonTooLargeError
 */
export async function checkJsonSize(body: Uint8Array): Promise<void> {
  if (body.length <= SMALL) return;
  const counter = new Counter();
  for (let from = 0; from < body.length; from += SLICE) {
    counter.count(body.subarray(from, from + SLICE));
    await yieldToRequests();
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

class Counter {
  #inString = false;
  #escaped = false;
  #depth = 0;
  #containers = 0;
  #values = 0;
  /** Commas so far, by depth. */
  readonly #commas = new Uint32Array(MOST_DEPTH + 1);
  /** Whether the bracket is that of a list, by depth. */
  readonly #isList = new Uint8Array(MOST_DEPTH + 1);

  count(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === COMMA) this.#comma();
      // 0x5b [ 0x5d ] 0x7b { 0x7d }
      else if ((byte & 0xdf) === 0x5b) this.#open(byte === 0x5b);
      else if ((byte & 0xdf) === 0x5d && this.#depth > 0) this.#depth--;
    }
  }

  #comma(): void {
    if (++this.#values > MOST_VALUES) throw new JsonTooLargeError(`more than ${MOST_VALUES} values`);
    const commas = (this.#commas[this.#depth] as number) + 1;
    this.#commas[this.#depth] = commas;
    if (commas >= MOST_MEMBERS && this.#isList[this.#depth] === 0) {
      throw new JsonTooLargeError(`an object with more than ${MOST_MEMBERS} members`);
    }
  }

  #open(isList: boolean): void {
    if (++this.#containers > MOST_CONTAINERS) {
      throw new JsonTooLargeError(`more than ${MOST_CONTAINERS} objects and lists`);
    }
    if (++this.#depth > MOST_DEPTH) throw new JsonTooLargeError(`values nested deeper than ${MOST_DEPTH}`);
    this.#commas[this.#depth] = 0;
    this.#isList[this.#depth] = isList ? 1 : 0;
  }
}
