const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  // Of Tocsin's own words. As they are they would make a mail of ASCII, which goes as it is, a third more work to send.
  '·': '&middot;',
  '…': '&hellip;',
};

/** Text as HTML, also for an attribute in quotes. `=` stays: relays that decode quoted-printable twice break its entity. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`·…]/g, (char) => ENTITIES[char] as string);
}

/** The same for an attribute without quotes, where what follows a blank must not become an attribute of its own. */
export function escapeUnquoted(text: string): string {
  return escapeHtml(text).replace(/[=\s]/g, (char) => `&#${char.charCodeAt(0)};`);
}
