import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./aws/component.ts";
import type { Foundation } from "./aws/foundation.ts";
import { website } from "./aws/website.ts";
import { buildPages } from "./storefront/pages.ts";

/** What the storefront depends on. */
export interface StorefrontArgs {
  foundation: Foundation;
}

// Names with a hash never change; the others are asked for again each time.
const FOREVER = "public, max-age=31536000, immutable";
const ALWAYS_ASK = "no-cache";

/** The shop window: a page in a private bucket behind CloudFront, whose visitors order at the open HTTP API. */
export class Storefront extends Component {
  readonly url: pulumi.Output<string>;
  readonly #name: string;
  readonly #bucket: aws.s3.Bucket;

  constructor(
    name: string,
    { foundation }: StorefrontArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("Storefront", name, foundation, opts);
    const { domainName, certificateArn } = foundation.settings.storefront;
    const { url, bucket } = website(
      name,
      {
        entry: "index.html",
        notFound: "not-found.html",
        domain: domainName && certificateArn ? { name: domainName, certificateArn } : undefined,
      },
      this,
    );
    this.#name = name;
    this.#bucket = bucket;
    this.url = url;
    this.registerOutputs({ url });
  }

  /**
   * Uploads the pages, which call the open API at `ordersApi`. It needs to know this storefront's origin first, for CORS.
   * A visitor sees one version or the other: what the new page names is there before it, and what the old one names stays.
   */
  async publish({ ordersApi }: { ordersApi: pulumi.Output<string> }): Promise<void> {
    const pages = await buildPages();
    const kept = { parent: this, retainOnDelete: true };
    const files = pages.files.map(({ name, path, contentType }) =>
      this.#upload(
        name,
        { source: new pulumi.asset.FileAsset(path), contentType, cacheControl: FOREVER },
        kept,
      ),
    );
    const after = { parent: this, dependsOn: files };
    const html = { contentType: "text/html; charset=utf-8", cacheControl: ALWAYS_ASK };
    this.#upload("not-found.html", { content: pages.notFound, ...html }, after);
    const config = this.#upload(
      "config.json",
      {
        content: pulumi.jsonStringify({ ordersApi }),
        contentType: "application/json",
        cacheControl: ALWAYS_ASK,
      },
      after,
    );
    this.#upload(
      "index.html",
      { content: ordersApi.apply(pages.entry), ...html },
      { ...after, dependsOn: [...files, config] },
    );
  }

  #upload(
    key: string,
    args: Omit<aws.s3.BucketObjectv2Args, "bucket" | "key">,
    options: pulumi.CustomResourceOptions,
  ): aws.s3.BucketObjectv2 {
    const object = { bucket: this.#bucket.id, key, ...args };
    return new aws.s3.BucketObjectv2(`${this.#name}-${key}`, object, options);
  }
}
