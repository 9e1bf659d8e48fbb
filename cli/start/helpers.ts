/** Folders of building blocks: a message on a resource names the line that calls them. */
export const HELPERS = ["infra/aws/"];
