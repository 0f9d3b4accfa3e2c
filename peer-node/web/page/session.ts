// The token of this tab. It comes behind the `#` of the address, which no browser sends anywhere, and is taken out of
// sight at once; a reload finds it again in the tab's own storage, which no other origin and no other port can read.

const KEY = "bookswarm-token";

/** The token, if this tab was ever opened with one. */
export function takeToken(): string | undefined {
  const given = location.hash.slice(1);
  if (given !== "") {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}
