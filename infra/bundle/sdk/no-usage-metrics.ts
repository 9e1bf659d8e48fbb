/** Which features of the SDK a request used is statistics for AWS, sent in the user agent. */
export const checkFeatures = async (): Promise<void> => {};
