// Which bytes an HTTP Range asks for (RFC 9110, section 14): one range of bytes, in any of its three spellings.
// Several ranges at once are legal to ignore, and are: whoever resumes a download asks for one.

/** Bytes from `from` up to, not including, `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a Range header means for something of `size` bytes.
 * @returns "whole" when it is absent or one that servers ignore, "none" when no byte of it exists
 * @example resolveRange("bytes=100-", 600) // { from: 100, to: 600 }
 */
export function resolveRange(header: string | undefined, size: number): ByteRange | "whole" | "none" {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (match === null || (first === "" && last === "")) return "whole";
  if (first === "") {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? "none" : { from: size - suffix, to: size };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return "whole";
  return from < size ? { from, to: last === "" ? size : Math.min(Number(last) + 1, size) } : "none";
}
