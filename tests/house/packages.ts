// What must hold of package.json, of its lock file, and of every file in view of both.

/** The platforms on which the tracker's runtime must be installable from the lock file. */
export const WORKERD_PLATFORMS = ["darwin-64", "darwin-arm64", "linux-64", "linux-arm64", "windows-64"] as const;

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * A lock file made where the registry lacks a platform silently leaves it out, and `npm ci` then fails elsewhere;
 * one that names download addresses works only where those can be reached.
 */
export function breachesOfLock(lock: LockFile): readonly string[] {
  const missing = WORKERD_PLATFORMS.filter(
    (platform) => !(`node_modules/@cloudflare/workerd-${platform}` in lock.packages),
  );
  const optional = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  );
  const left = optional.filter(({ name }) => !Object.keys(lock.packages).some((path) => liesAt(path, name)));
  const fetched = Object.entries(lock.packages).filter(([path]) => path !== "");
  return [
    ...missing.map(
      (platform) => `package-lock.json lacks workerd for ${platform}: pin wrangler to a version that has it.`,
    ),
    ...left.map(
      ({ path, name }) => `package-lock.json lacks ${name} of ${path}: pin a version that has all its platforms.`,
    ),
    ...fetched.flatMap(([path, { resolved }]) =>
      resolved === undefined
        ? []
        : [`package-lock.json says where to fetch ${path}: keep omit-lockfile-registry-resolved.`],
    ),
    ...fetched.flatMap(([path, { integrity }]) =>
      integrity === undefined ? [`package-lock.json has no checksum for ${path}.`] : [],
    ),
  ];
}

function liesAt(path: string, name: string): boolean {
  return `/${path}`.endsWith(`/node_modules/${name}`);
}

/** Hosts of package registries that `text` names. */
export function registryHosts(text: string): readonly string[] {
  const host =
    /\b(?:registry|npm|artifactory|nexus|verdaccio)(?:\.[a-z0-9-]+)*\.(?:com|cn|dev|io|internal|lan|local|net|org)\b/gi;
  const setting = /(?<=\bregistry\s*=\s*["']?)[a-z]+:\/\/[^\s"']+/gi;
  return [...new Set([...text.matchAll(host), ...text.matchAll(setting)].map((match) => match[0]))];
}
