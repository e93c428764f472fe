import type { ServerResponse } from 'node:http';
import { yieldTurn } from '../process/yield-turn.ts';

/** How much text is collected before it is written. */
const CHUNK = 64 * 1024;
/** ms of work before other requests get their turn. */
const SLICE = 4;

/**
 * Writes a long 200 answer piece by piece: other requests are served in between, a slow reader slows the writing down,
 * and one that leaves ends it. An answer that turns out short is sent whole, with its length.
 *
 *     for (...) {
 *       stream.text += piece;
 *       if (stream.due && !(await stream.turn())) return;
 *     }
 *     stream.end();
 */
export class JsonStream {
  text = '';
  readonly #response: ServerResponse;
  #turnBegan = performance.now();

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** It is time for turn(). Costs little enough to be asked for each item. */
  get due(): boolean {
    return this.text.length >= CHUNK || performance.now() - this.#turnBegan >= SLICE;
  }

  /** Writes what there is and lets others run. @returns false when the reader has left. */
  async turn(): Promise<boolean> {
    if (this.text.length >= CHUNK) {
      if (!this.#response.headersSent) this.#response.writeHead(200, { 'Content-Type': 'application/json' });
      const taken = this.#response.write(this.text);
      this.text = '';
      if (!taken && !this.#response.destroyed) await drained(this.#response);
    }
    await yieldTurn();
    this.#turnBegan = performance.now();
    return !this.#response.destroyed;
  }

  end(): void {
    if (!this.#response.headersSent) this.#response.setHeader('Content-Type', 'application/json');
    this.#response.end(this.text);
  }
}

/** Resolves when more can be written, or when the reader has left. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
