/** Offer a file to the reader as a download. */
export function saveFile(blob: Blob, filename: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  // the click has only begun the download; the address must live until it has
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
