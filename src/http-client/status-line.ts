/** Bytes in which the status line must come; before it there may be informational responses (1xx). */
const MOST = 64 * 1024;

/** Finds the status in what a server sends, whatever follows it. */
export class StatusLine {
  #text = '';
  #status: number | undefined;

  /** Of the response itself; undefined: it has not come. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Nothing has come. */
  get isEmpty(): boolean {
    return this.#text === '';
  }

  read(chunk: Buffer): void {
    if (this.#status !== undefined || this.#text.length > MOST) return;
    this.#text += chunk.toString('latin1');
    this.#status = find(this.#text);
  }
}

function find(text: string): number | undefined {
  const line = /^\s*HTTP\/\d(?:\.\d+)?[ \t]+(\d{3})(?=[ \t\r\n])/i.exec(text);
  if (!line) return undefined;
  const status = Number(line[1]);
  if (status >= 200) return status;
  const end = /\r?\n\r?\n/.exec(text);
  return end ? find(text.slice(end.index + end[0].length)) : undefined;
}
