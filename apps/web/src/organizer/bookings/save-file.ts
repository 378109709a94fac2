/** A browser may begin to save after the click, and needs the file until then. */
const keptMs = 60_000;

/** Gives the browser a file to save, without a request of its own, which could carry no token. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
}
