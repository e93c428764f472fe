/** `key` and `key_file` of an entry or, where it has neither, both of `global`. */
export function ownOrInherited<T, F>(
  own: readonly [T | undefined, F | undefined],
  inherited: readonly [T | undefined, F | undefined],
): readonly [T | undefined, F | undefined] {
  return own[0] !== undefined || own[1] ? own : inherited;
}
