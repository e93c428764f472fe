/**
 * Alertmanager's fingerprint (common/model LabelSet.Fingerprint): FNV-1a, 64 bit, over the UTF-8 bytes of
 * name, 0xFF, value, 0xFF for each pair in name order.
 *
 * JavaScript has no cheap 64-bit integer, so the state is four 16-bit limbs: with the prime 2^40 + 0x1b3, every
 * product stays far below 2^53.
 */
const OFFSET = [0x2325, 0x8422, 0x9ce4, 0xcbf2] as const;

/** @param pairs flat `[name, value, ...]`, sorted bytewise by name. @returns 16 lower-case hex digits. */
export function fingerprint(pairs: readonly string[]): string {
  const state = { a: OFFSET[0] as number, b: OFFSET[1] as number, c: OFFSET[2] as number, d: OFFSET[3] as number };
  for (const text of pairs) {
    addText(state, text);
    addByte(state, 0xff);
  }
  return hex(state.d) + hex(state.c) + hex(state.b) + hex(state.a);
}

interface State {
  a: number;
  b: number;
  c: number;
  d: number;
}

function addText(state: State, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) addByte(state, unit);
    else if (unit < 0x800) {
      addByte(state, 0xc0 | (unit >> 6));
      addByte(state, 0x80 | (unit & 0x3f));
    } else {
      const code = text.codePointAt(i) as number;
      if (code > 0xffff) {
        i++;
        addByte(state, 0xf0 | (code >> 18));
        addByte(state, 0x80 | ((code >> 12) & 0x3f));
      } else addByte(state, 0xe0 | (code >> 12));
      addByte(state, 0x80 | ((code >> 6) & 0x3f));
      addByte(state, 0x80 | (code & 0x3f));
    }
  }
}

/** One FNV-1a step: xor the byte, multiply by 2^40 + 0x1b3 modulo 2^64, limb by limb. */
function addByte(state: State, byte: number): void {
  const a = state.a ^ byte;
  const { b, c, d } = state;
  const p0 = a * 0x1b3;
  const p1 = b * 0x1b3 + (p0 >>> 16);
  const p2 = c * 0x1b3 + (p1 >>> 16) + ((a << 8) & 0xffff);
  const p3 = d * 0x1b3 + Math.floor(p2 / 0x10000) + (a >>> 8) + ((b << 8) & 0xffff);
  state.a = p0 & 0xffff;
  state.b = p1 & 0xffff;
  state.c = p2 & 0xffff;
  state.d = p3 & 0xffff;
}

function hex(limb: number): string {
  return limb.toString(16).padStart(4, '0');
}
