// @ts-check
/** How our scripts ask the server. What a proxy, a firewall or a sign-in page of the network answers is not a reply. */

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {any} body - the server's words, as JSON
 */

/** What every JSON reply of the server says that it is from. */
const SERVICE = "quiz";

/**
 * Asks, and waits only so long.
 *
 * @param {string} url
 * @param {number} patience - milliseconds
 * @param {RequestInit} [options]
 * @returns {Promise<Reply & {retryAfter: number} | null>} null where the server itself did not answer; `retryAfter` is
 *   in seconds
 */
export async function ask(url, patience, options = {}) {
  // Not AbortSignal.timeout: some browsers that are still in use lack it.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const response = await fetch(url, { cache: "no-store", ...options, headers, signal: stop.signal });
    const body = await response.json();
    if (body?.from !== SERVICE) return null;
    return { status: response.status, body, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a save as the form itself would be sent, so that whatever lets one through lets the other through.
 *
 * @param {string} url
 * @param {import("./draft.mjs").Packet} packet
 * @param {string} token - against forgery
 * @param {number} patience - milliseconds
 */
export async function sendSave(url, { base, writer, edit, fields, flagged }, token, patience) {
  const body = new URLSearchParams({ csrf_token: token, base: String(base), writer, edit: String(edit) });
  if (flagged) body.set("flagged", "yes");
  for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value);
  const reply = await ask(url, patience, { method: "POST", keepalive: true, body });
  // A reply to another save, which something on the way kept, says nothing about this one.
  const names = reply && [200, 409].includes(reply.status);
  return names && (reply.body.writer !== writer || reply.body.edit !== edit) ? null : reply;
}
