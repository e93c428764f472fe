const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
  // Of Tocsin's own words. As they are they would make a mail of ASCII, which goes as it is, a third more work to send.
  '·': '&middot;',
  '…': '&hellip;',
};

/** Text as HTML, also for an attribute without quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`=·…]/g, (char) => ENTITIES[char] as string);
}
