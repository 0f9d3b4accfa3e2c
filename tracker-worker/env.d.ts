// What the Worker finds in its environment: the two kinds of objects, and the variables and secrets of its owner.
// Variables of wrangler.toml, .dev.vars and `wrangler secret put` all arrive as text; limits.ts reads the numbers.

// biome-ignore lint/style/noNamespace: the runtime's types look for this namespace
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./index.ts");
  }

  interface Env extends Partial<Record<import("./limits.ts").LimitName, string>> {
    readonly REPOSITORY: DurableObjectNamespace<import("./repository/repository.ts").Repository>;
    readonly CATALOG: DurableObjectNamespace<import("./catalog/catalog.ts").Catalog>;

    /** Whoever has it may publish. Without it nobody may, unless OPEN_PUBLISHING is "1". */
    readonly PUBLISH_TOKEN?: string;
    /** When set, only whoever has it sees books or registers for them. */
    readonly READ_TOKEN?: string;
    /** Whoever has it may do everything, and remove any book. */
    readonly ADMIN_TOKEN?: string;
    /** "1" lets everybody publish who reaches the tracker. */
    readonly OPEN_PUBLISHING?: string;
    /** Addresses of the tracker's own machine, separated by commas, where it stands on the readers' network. */
    readonly INTERFACE_ADDRESSES?: string;
    /** "1" where the runtime makes a file for each object that is asked: then only those of books that the catalog knows are. */
    readonly ASK_CATALOG_FIRST?: string;
  }
}

interface Env extends Cloudflare.Env {}

/** What of Node's cryptography the runtime offers and the tracker uses: unlike the web platform's it does not wait. */
declare module "node:crypto" {
  interface Hash {
    update(data: Uint8Array | string): Hash;
    digest(): Uint8Array;
    digest(encoding: "hex"): string;
  }
  function createHash(algorithm: "sha256"): Hash;
  function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean;
}
