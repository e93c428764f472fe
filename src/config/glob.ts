/**
 * Checks a pattern of Go's filepath.Match: classes in brackets must be closed and not be empty, their ranges whole, and a
 * backslash must stand before something. @throws Error with Go's text
 */
export function checkGlob(pattern: string): void {
  if (!/^(?:[^[\\]|\\.|\[\^?(?:(?:[^\]\\-]|\\.)(?:-(?:[^\]\\-]|\\.))?)+\])*$/su.test(pattern)) {
    throw new Error('syntax error in pattern');
  }
}
