/** Why a file cannot be read, in words; the file is for the caller to name. */
export function readFailure({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'is a directory, not a file';
  return `cannot be read: ${message}`;
}
