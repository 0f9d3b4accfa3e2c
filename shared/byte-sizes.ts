// Sizes and rates as people write them: "500kB", "8MB", "4MiB". SI prefixes count by 1,000, binary ones by 1,024.

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/**
 * Bytes that `text` stands for; undefined when it is no size of at least one byte.
 * @example parseByteSize("500kB") // 500_000
 * @example parseByteSize("4MiB/s") // 4_194_304
 */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kKMG]i?)?B?(?:\/s)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = "", prefix = ""] = match;
  const factor = FACTORS[prefix === "K" ? "k" : prefix === "ki" ? "Ki" : prefix];
  const bytes = Math.round(Number(digits) * (factor ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}
